// How people and their numbers are written.

// Neighbouring numbers get colours far apart: the golden angle.
export function hueOf(address) {
  const digits = address.replace(/\D/g, "").slice(-6) || [...address].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return Math.round((Number(digits) * 137.5 + 70) % 360);
}

export function initials(name) {
  const words = name.split(/\s+/).filter((part) => /^\p{Lu}/u.test(part));
  return (words.length ? words : [name.replace("+", "")]).slice(0, 2).map((part) => part[0]).join("");
}

export function pretty(number) {
  const parts = /^\+598(\d)(\d{3})(\d{4})$/.exec(number);
  const mobile = /^\+598(9\d)(\d{3})(\d{3})$/.exec(number);
  if (mobile) return `0${mobile[1]} ${mobile[2]} ${mobile[3]}`;
  return parts ? `${parts[1]}${parts[2]} ${parts[3]}` : number;
}
