"""What was said in the days before: closed contacts, told line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contactcenter.demo.people import (
    CENTER_NUMBER,
    EMILY,
    FRIGORIFICO,
    GABRIELA,
    JOAO,
    LARGE_ACCOUNTS_NUMBER,
    LUCIA,
    MARTA,
    NELSON,
    RUBEN,
    TOM,
    DemoCustomer,
)


@dataclass(frozen=True, slots=True)
class Wrote:
    """The customer wrote, `after` seconds."""

    text: str
    after: float = 45.0


@dataclass(frozen=True, slots=True)
class Replied:
    """The agent who holds the contact wrote, `after` seconds."""

    text: str
    after: float = 40.0


@dataclass(frozen=True, slots=True)
class Noted:
    """The agent left a note for colleagues."""

    text: str
    after: float = 15.0


@dataclass(frozen=True, slots=True)
class HandedOn:
    """The agent gave the contact to `queue`, where `agent` took it."""

    queue: str
    agent: str
    after: float = 20.0


Line = Wrote | Replied | Noted | HandedOn


@dataclass(frozen=True, slots=True)
class Story:
    """One contact from its first message to its disposition; the agent takes it after the first line.

    `days_ago` and `hour` say when it began. `agent` None: nobody was there and the customer left the
    chat. `declined_by` had it offered first.
    """

    customer: DemoCustomer
    days_ago: int
    hour: float
    lines: tuple[Line, ...]
    agent: str | None = None
    disposition: str = ""
    channel: str = "sms"
    to: str = CENTER_NUMBER
    declined_by: str | None = None


STORIES: Final = (
    Story(
        FRIGORIFICO, 6, 10.2,
        (
            Wrote("Buenos días, queremos aumentar la potencia contratada de la planta de Paysandú."),
            Replied("Buenos días, le escribe Valentina, su ejecutiva. ¿Qué potencia necesitan y desde cuándo?"),
            Wrote("De 800 a 1.000 kW, desde el mes que viene.", 120),
            Replied("Les envío hoy la propuesta y coordinamos la visita técnica para el jueves a las 10."),
            Noted("Pide 1.000 kW. Propuesta enviada; visita el jueves a las 10 con Ingeniería."),
            Wrote("Perfecto, gracias."),
        ),
        "valentina", "contrato", to=LARGE_ACCOUNTS_NUMBER,
    ),
    Story(
        LUCIA, 5, 15.7,
        (
            Wrote("Hola, mi madre usa un concentrador de oxígeno en casa. ¿Cómo la anoto por si se corta la luz?"),
            Replied("Hola Lucía. Lo registro ahora: ¿me confirma el número de cuenta y un teléfono de contacto?"),
            Wrote("Cuenta 2210456, Salto. El teléfono es este mismo.", 70),
            Replied("Listo. La cuenta queda señalada como electrodependiente: un corte en su zona se atiende primero."),
            Noted("Electrodependiente: concentrador de oxígeno, batería para una hora. Cuenta 2210456."),
            Wrote("¡Muchas gracias!"),
        ),
        "sofia", "gestion",
    ),
    Story(
        EMILY, 4, 11.4,
        (
            Wrote("Hello, how can I pay my bill from abroad?"),
            Replied("Hello Emily, Diego here. You can pay by card on our site with your account number, 7718302."),
            Wrote("Found it, thanks. Does it take a foreign card?", 90),
            Replied("Yes, any Visa or Mastercard. The receipt comes by e-mail."),
            Wrote("Great, done!"),
        ),
        "diego", "gestion",
    ),
    Story(
        MARTA, 4, 21.1,
        (
            Wrote("LUZ 4401873, se cortó en toda la cuadra"),
            Replied("Hola Marta, soy Lucía. ¿Está sin luz toda la casa o solo una parte? ¿Los vecinos tienen?"),
            Wrote("Toda la casa, y los vecinos tampoco.", 50),
            Replied("Gracias. Hay una falla en la subestación de Pocitos, reposición estimada 23:00."),
            Wrote("Gracias por avisar"),
        ),
        "lucia", "corte-conocido", declined_by="martin",
    ),
    Story(
        RUBEN, 3, 9.5,
        (
            Wrote("Buen día, quiero pasar el servicio a mi nombre, compré una casa en Canelones."),
            Replied("¡Felicitaciones, Rubén! Necesito el número de cuenta de la casa y su cédula."),
            Wrote("La cuenta es 5520918. ¿La cédula la mando por acá?", 80),
            Replied("No hace falta: la presenta en la web con el enlace que le dejo. El cambio tarda un día hábil."),
            Wrote("Genial, lo hago ahora."),
        ),
        "sofia", "gestion", channel="chat", to="web",
    ),
    Story(
        JOAO, 3, 14.0,
        (
            Wrote("Boa tarde, a luz do meu armazém em Rivera cai toda hora."),
            Replied("Boa tarde, senhor João, aqui é o João Almeida. Desde quando acontece e em que horário?"),
            Wrote("Desde segunda, sempre à tarde.", 60),
            Replied("Registrei a reclamação e a equipe de Rivera vai medir a tensão amanhã entre 14 e 17 h."),
            Noted("Quedas de tensão à tarde. Medição marcada para amanhã 14–17 h."),
            Wrote("Obrigado!"),
        ),
        "joao", "gestion",
    ),
    Story(
        NELSON, 2, 8.3,
        (
            Wrote("Cable cortado colgando de un poste en Av. Italia 3240, casi toca la vereda"),
            Replied("Nelson, no lo toque y aleje a todos, por lo menos diez metros. ¿Hay alguien herido?", 12),
            Wrote("No, nadie. Ya avisé a los vecinos.", 25),
            Replied("Gracias. La cuadrilla llega en unos 20 minutos. Si hay fuego, llame al 911.", 20),
            Noted("Cuadrilla 14 despachada."),
            Wrote("Ya llegaron. Gracias por la rapidez.", 1260),
        ),
        "nicolas", "cable-caido",
    ),
    Story(
        GABRIELA, 2, 19.6,
        (Wrote("Hola, ¿hay alguien?"),),
        channel="chat", to="web",
    ),
    Story(
        MARTA, 1, 10.6,
        (
            Wrote("FACTURA me llegó el doble que el mes pasado, cuenta 4401873"),
            Replied("Hola Marta, le escribe Sofía. La lectura fue estimada: ¿me manda la del medidor?"),
            Wrote("Dice 48213", 140),
            Replied("Con esa lectura la factura está alta. La paso a Facturación para que la corrijan enseguida."),
            Noted("Lectura real 48213 contra 48930 estimada."),
            HandedOn("reclamos", "diego"),
            Replied("Hola Marta, soy Diego. Anulé la factura; la nueva, de $ 2.140, le llega hoy por correo."),
            Wrote("Excelente, muchas gracias a los dos", 75),
        ),
        "sofia", "resuelto",
    ),
    Story(
        GABRIELA, 1, 16.2,
        (
            Wrote("Hola, se me quemó la heladera con la suba de tensión del martes. ¿Qué tengo que presentar?"),
            Replied("Lo lamento, Gabriela. Abro el reclamo: necesito una foto de la placa y el informe del técnico."),
            Wrote("¿Cuánto demora?", 60),
            Replied("Hasta 15 días hábiles desde que está el informe. El número de reclamo es 881.204."),
            Wrote("Ok, lo mando esta semana."),
        ),
        "diego", "derivado", channel="chat", to="web",
    ),
    Story(
        LUCIA, 1, 20.4,
        (
            Wrote("LUZ se cortó en Salto y mi madre usa oxígeno, tenemos batería para una hora"),
            Replied("Va una cuadrilla con prioridad, está registrada. ¿Tiene a dónde trasladarla?", 15),
            Wrote("Sí, a lo de mi hermana, pero prefiero esperar un poco", 40),
            Replied("Si en 30 minutos no volvió, trasládenla. La llamo a las 21 para saber cómo están.", 25),
            Noted("Electrodependiente. Llamar 21:00."),
            Wrote("Volvió la luz. Gracias, de verdad.", 1500),
        ),
        "lucia", "servicio-repuesto",
    ),
    Story(
        TOM, 0, 2.0,
        (
            Wrote("Hi! Is there planned work in Punta del Este this week?"),
            Replied("Hi Tom, Carolina here. Yes, Thursday 9 to 12 in the area of Av. Gorlero."),
            Wrote("Perfect, thank you."),
        ),
        "carolina", "informacion", channel="chat", to="web-en",
    ),
)  # fmt: skip
"""In order of time; the last began `hour` hours before now."""
