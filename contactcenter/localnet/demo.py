"""Demo people: customers of an electric utility, each with something to say."""

from contactcenter.localnet.handsets import Person


def demo_people() -> list[Person]:
    """Return the people a newcomer can be. Their numbers are made up."""
    return [
        Person(
            "+59899100101",
            "Marta Suárez",
            {
                "es": "Sin luz en Pocitos, Montevideo",
                "pt": "Sem luz em Pocitos, Montevidéu",
                "en": "No power in Pocitos, Montevideo",
            },
            {
                "es": (
                    "Hola, estoy sin luz desde las 8 en Pocitos. Mi cuenta es 4401873.",
                    "¿Saben a qué hora vuelve? Tengo la heladera llena 😟",
                ),
                "pt": (
                    "Olá, estou sem luz desde as 8 em Pocitos. Minha conta é 4401873.",
                    "Sabem a que horas volta? Estou com a geladeira cheia 😟",
                ),
                "en": (
                    "Hello, I have had no power since 8 in Pocitos. My account is 4401873.",
                    "Do you know when it will be back? My fridge is full 😟",
                ),
            },
        ),
        Person(
            "+59894100102",
            "Nelson Rodríguez",
            {
                "es": "Ve un cable caído en la calle",
                "pt": "Vê um cabo caído na rua",
                "en": "Sees a fallen cable in the street",
            },
            {
                "es": (
                    "Hay un cable caído en Av. Italia y Comercio, tira chispas.",
                    "Les mando una foto. Hay niños jugando cerca.",
                ),
                "pt": (
                    "Há um cabo caído na Av. Italia com Comercio, soltando faíscas.",
                    "Mando uma foto. Há crianças brincando perto.",
                ),
                "en": (
                    "There is a fallen cable at Av. Italia and Comercio, it is sparking.",
                    "Here is a photo. Children are playing nearby.",
                ),
            },
        ),
        Person(
            "+59891100103",
            "Lucía Pereira",
            {
                "es": "Su madre usa oxígeno en casa",
                "pt": "Sua mãe usa oxigênio em casa",
                "en": "Her mother is on oxygen at home",
            },
            {
                "es": (
                    "No hay luz y mi madre depende de un concentrador de oxígeno.",
                    "Tenemos batería para una hora. Cuenta 2210456, Salto.",
                ),
                "pt": (
                    "Não há luz e minha mãe depende de um concentrador de oxigênio.",
                    "Temos bateria para uma hora. Conta 2210456, Salto.",
                ),
                "en": (
                    "The power is out and my mother depends on an oxygen concentrator.",
                    "We have battery for an hour. Account 2210456, Salto.",
                ),
            },
        ),
        Person(
            "+59898100104",
            "João Ferreira",
            {
                "es": "Almacenero en Rivera, habla portugués",
                "pt": "Dono de um armazém em Rivera",
                "en": "Shopkeeper in Rivera, speaks Portuguese",
            },
            dict.fromkeys(
                ("es", "pt", "en"),
                (
                    "Boa tarde, a luz do meu armazém em Rivera cai toda hora.",
                    "A câmara fria parou duas vezes hoje. Quem paga o prejuízo?",
                ),
            ),
        ),
        Person(
            "+59899100105",
            "Frigorífico del Litoral",
            {
                "es": "Gran cliente, Paysandú",
                "pt": "Grande cliente, Paysandú",
                "en": "Large customer, Paysandú",
            },
            {
                "es": (
                    "Tenemos baja tensión en la planta, se detuvo la línea de frío.",
                    "Necesitamos a nuestro ejecutivo de cuenta, por favor.",
                ),
                "pt": (
                    "Estamos com baixa tensão na planta, a linha de frio parou.",
                    "Precisamos do nosso executivo de conta, por favor.",
                ),
                "en": (
                    "We have low voltage at the plant, the cold line has stopped.",
                    "We need our account manager, please.",
                ),
            },
        ),
        Person(
            "+59892100106",
            "Emily Carter",
            {
                "es": "Factura alta en Punta del Este, habla inglés",
                "pt": "Conta alta em Punta del Este, fala inglês",
                "en": "High bill in Punta del Este",
            },
            dict.fromkeys(
                ("es", "pt", "en"),
                (
                    "Hi, my electricity bill is twice as high as last month. Can you check it?",
                    "Account 7718302. Nobody was home in July.",
                ),
            ),
        ),
    ]
