// The page's words in Spanish (the default), Portuguese and English.

const WORDS = {
  es: {
    title: "Teléfono de prueba",
    subtitle: "Escribí al centro de atención como lo haría un cliente.",
    language: "Idioma",
    who: "¿Quién sos?",
    whoHint: "Elegí a una persona. Cada una tiene su número y su problema.",
    newName: "Otro nombre",
    newNumber: "Nuevo número",
    phone: "Teléfono",
    center: "Número del centro",
    conversation: "Conversación",
    suggestions: "Qué podrías decir",
    startOver: "Empezar de nuevo",
    switchOff: "Apagar el teléfono",
    switchOn: "Encender",
    isOff: "El teléfono está apagado. Lo que te escriban no llega, y el agente lo ve.",
    attach: "Adjuntar una foto",
    sampleCable: "Foto de ejemplo: cable caído",
    sampleMeter: "Foto de ejemplo: medidor",
    choosePicture: "Elegir una foto…",
    remove: "Quitar la foto",
    write: "Mensaje de texto",
    send: "Enviar",
    picture: "Foto",
    empty: "Sos {name}. Escribí algo: un agente te contesta desde la consola.",
    refused: "El centro no respondió. La red guardó el mensaje.",
    sending: "Enviando",
    answered: "Recibido por el centro",
    optedOut: "Pediste no recibir más mensajes (STOP). Escribí START para volver.",
    lost: "Sin conexión con la red. Reintentando…",
    tooLarge: "Esa foto no se puede usar.",
    failed: "No se pudo enviar: {problem}",
    parts: "{count} SMS",
    behind: "Detrás de escena",
    behindHint: "Lo que la red y el centro se dicen, en el formato de Twilio.",
    quiet: "Todavía nada. Enviá un mensaje y mirá qué pasa.",
    traceMessage: "La red avisa al centro",
    traceStatus: "La red informa: {status}",
    traceApi: "El centro envía un SMS",
    traceReply: "Respuesta automática",
    noAnswer: "sin respuesta",
    waiting: "esperando",
    today: "Hoy",
    status: {
      accepted: "aceptado", queued: "en cola", sending: "enviando", sent: "enviado", delivered: "entregado",
      undelivered: "no entregado", failed: "falló", canceled: "cancelado",
    },
  },
  pt: {
    title: "Telefone de teste",
    subtitle: "Escreva para a central como um cliente faria.",
    language: "Idioma",
    who: "Quem é você?",
    whoHint: "Escolha uma pessoa. Cada uma tem seu número e seu problema.",
    newName: "Outro nome",
    newNumber: "Novo número",
    phone: "Telefone",
    center: "Número da central",
    conversation: "Conversa",
    suggestions: "O que você poderia dizer",
    startOver: "Começar de novo",
    switchOff: "Desligar o telefone",
    switchOn: "Ligar",
    isOff: "O telefone está desligado. O que escreverem não chega, e o agente vê isso.",
    attach: "Anexar uma foto",
    sampleCable: "Foto de exemplo: cabo caído",
    sampleMeter: "Foto de exemplo: medidor",
    choosePicture: "Escolher uma foto…",
    remove: "Remover a foto",
    write: "Mensagem de texto",
    send: "Enviar",
    picture: "Foto",
    empty: "Você é {name}. Escreva algo: um agente responde pelo console.",
    refused: "A central não respondeu. A rede guardou a mensagem.",
    sending: "Enviando",
    answered: "Recebida pela central",
    optedOut: "Você pediu para não receber mais mensagens (STOP). Escreva START para voltar.",
    lost: "Sem conexão com a rede. Tentando de novo…",
    tooLarge: "Essa foto não pode ser usada.",
    failed: "Não foi possível enviar: {problem}",
    parts: "{count} SMS",
    behind: "Por trás da cena",
    behindHint: "O que a rede e a central dizem uma à outra, no formato da Twilio.",
    quiet: "Ainda nada. Envie uma mensagem e veja o que acontece.",
    traceMessage: "A rede avisa a central",
    traceStatus: "A rede informa: {status}",
    traceApi: "A central envia um SMS",
    traceReply: "Resposta automática",
    noAnswer: "sem resposta",
    waiting: "esperando",
    today: "Hoje",
    status: {
      accepted: "aceita", queued: "na fila", sending: "enviando", sent: "enviada", delivered: "entregue",
      undelivered: "não entregue", failed: "falhou", canceled: "cancelada",
    },
  },
  en: {
    title: "Test telephone",
    subtitle: "Text the contact center as a customer would.",
    language: "Language",
    who: "Who are you?",
    whoHint: "Pick a person. Each has a number and a problem of their own.",
    newName: "Another name",
    newNumber: "New number",
    phone: "Telephone",
    center: "The center's number",
    conversation: "Conversation",
    suggestions: "What you might say",
    startOver: "Start over",
    switchOff: "Switch the phone off",
    switchOn: "Switch on",
    isOff: "The phone is off. What they write does not arrive, and the agent sees that.",
    attach: "Attach a photo",
    sampleCable: "Sample photo: fallen cable",
    sampleMeter: "Sample photo: meter",
    choosePicture: "Choose a photo…",
    remove: "Remove the photo",
    write: "Text message",
    send: "Send",
    picture: "Photo",
    empty: "You are {name}. Write something: an agent answers from the console.",
    refused: "The center did not answer. The network kept the message.",
    sending: "Sending",
    answered: "Received by the center",
    optedOut: "You asked for no more messages (STOP). Text START to return.",
    lost: "No connection to the network. Trying again…",
    tooLarge: "That photo cannot be used.",
    failed: "Could not send: {problem}",
    parts: "{count} SMS",
    behind: "Behind the scenes",
    behindHint: "What the network and the center tell each other, in Twilio's format.",
    quiet: "Nothing yet. Send a message and watch.",
    traceMessage: "The network tells the center",
    traceStatus: "The network reports: {status}",
    traceApi: "The center sends an SMS",
    traceReply: "Automatic reply",
    noAnswer: "no answer",
    waiting: "waiting",
    today: "Today",
    status: {
      accepted: "accepted", queued: "queued", sending: "sending", sent: "sent", delivered: "delivered",
      undelivered: "not delivered", failed: "failed", canceled: "canceled",
    },
  },
};

const STORED = "handset.language";

export let language = stored();

function stored() {
  try {
    const found = localStorage.getItem(STORED);
    return found in WORDS ? found : "es";
  } catch {
    return "es"; // storage is switched off
  }
}

export function word(name, values = {}) {
  const text = name.split(".").reduce((found, part) => found?.[part], WORDS[language]) ?? name;
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

export function speak(chosen) {
  language = chosen;
  try {
    localStorage.setItem(STORED, chosen);
  } catch {
    // it lasts as long as the page
  }
  write(document);
}

// Fill in the words of everything that names one.
export function write(root) {
  document.documentElement.lang = language;
  document.title = word("title");
  for (const node of root.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of root.querySelectorAll("[data-label]")) node.setAttribute("aria-label", word(node.dataset.label));
  for (const node of root.querySelectorAll("[data-placeholder]")) node.placeholder = word(node.dataset.placeholder);
  for (const node of root.querySelectorAll("[data-title]")) {
    node.title = word(node.dataset.title);
    node.setAttribute("aria-label", node.title);
  }
  for (const node of root.querySelectorAll("[data-language]")) {
    node.setAttribute("aria-pressed", String(node.dataset.language === language));
  }
}
