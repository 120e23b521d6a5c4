"""How many SMS segments a text takes: the GSM 7-bit alphabet, or UCS-2 when a letter is not in it."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")


def count_segments(text: str) -> int:
    """Return the number of segments the text is sent in, at least 1.

    A GSM-7 text has 160 septets alone and 153 a part; others 70 UTF-16 units alone, 67 a part.
    """
    if all(letter in _BASIC or letter in _EXTENDED for letter in text):
        size = sum(2 if letter in _EXTENDED else 1 for letter in text)
        alone, part = 160, 153
    else:
        size = len(text.encode("utf-16-le", "surrogatepass")) // 2
        alone, part = 70, 67
    return 1 if size <= alone else -(-size // part)
