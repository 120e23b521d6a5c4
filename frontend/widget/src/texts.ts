/** The widget's words. */
import type { Wait } from "./protocol";

const es = {
  open: "Abrir el chat",
  openUnread: "Abrir el chat, mensajes sin leer: ",
  close: "Cerrar el chat",
  title: "Chat",
  greeting: "¡Hola! Escríbanos y le responde una persona de nuestro equipo.",
  online: "Respondemos por aquí",
  waiting: "En espera de un agente…",
  waitMoment: "Espera estimada: menos de un minuto",
  waitUpTo: "Espera estimada: hasta {high} min",
  waitBetween: "Espera estimada: de {low} a {high} min",
  connected: "Lo atiende",
  ended: "El chat terminó",
  offline: "Sin conexión. Reintentando…",
  write: "Escriba un mensaje…",
  send: "Enviar",
  attach: "Adjuntar una imagen",
  uploading: "Subiendo la imagen…",
  uploadFailed: "No se pudo subir la imagen.",
  tooLarge: "La imagen es demasiado grande.",
  notPicture: "Solo se pueden enviar imágenes.",
  tooLong: "El mensaje es demasiado largo.",
  sending: "Enviando",
  waitingLine: "Se enviará al volver la conexión",
  sent: "Enviado",
  refused: "No se envió.",
  again: "Reintentar",
  discard: "Quitar",
  end: "Terminar el chat",
  endConfirm: "¿Terminar el chat?",
  yes: "Terminar",
  no: "Seguir",
  renew: "Iniciar un chat nuevo",
  typing: "Está escribiendo…",
  picture: "Imagen",
  newMessage: "Mensaje nuevo: ",
  messages: "Mensajes",
  you: "Usted",
  unavailable: "El chat no está disponible en este momento.",
  pictureFailed: "No se pudo cargar la imagen",
};

export type Words = typeof es;

const pt: Words = {
  open: "Abrir o chat",
  openUnread: "Abrir o chat, mensagens não lidas: ",
  close: "Fechar o chat",
  title: "Chat",
  greeting: "Olá! Escreva, e uma pessoa da nossa equipe responde.",
  online: "Respondemos por aqui",
  waiting: "Esperando um agente…",
  waitMoment: "Espera estimada: menos de um minuto",
  waitUpTo: "Espera estimada: até {high} min",
  waitBetween: "Espera estimada: de {low} a {high} min",
  connected: "Quem atende:",
  ended: "O chat terminou",
  offline: "Sem conexão. Tentando de novo…",
  write: "Escreva uma mensagem…",
  send: "Enviar",
  attach: "Anexar uma imagem",
  uploading: "Enviando a imagem…",
  uploadFailed: "Não foi possível enviar a imagem.",
  tooLarge: "A imagem é grande demais.",
  notPicture: "Só é possível enviar imagens.",
  tooLong: "A mensagem é longa demais.",
  sending: "Enviando",
  waitingLine: "Será enviada quando a conexão voltar",
  sent: "Enviada",
  refused: "Não foi enviada.",
  again: "Tentar de novo",
  discard: "Remover",
  end: "Encerrar o chat",
  endConfirm: "Encerrar o chat?",
  yes: "Encerrar",
  no: "Continuar",
  renew: "Iniciar um novo chat",
  typing: "Está digitando…",
  picture: "Imagem",
  newMessage: "Nova mensagem: ",
  messages: "Mensagens",
  you: "Você",
  unavailable: "O chat não está disponível no momento.",
  pictureFailed: "Não foi possível carregar a imagem",
};

const en: Words = {
  open: "Open the chat",
  openUnread: "Open the chat, unread messages: ",
  close: "Close the chat",
  title: "Chat",
  greeting: "Hello! Write to us and a person of our team will answer.",
  online: "We answer right here",
  waiting: "Waiting for an agent…",
  waitMoment: "Estimated wait: less than a minute",
  waitUpTo: "Estimated wait: up to {high} min",
  waitBetween: "Estimated wait: {low} to {high} min",
  connected: "You are talking to",
  ended: "The chat has ended",
  offline: "No connection. Trying again…",
  write: "Write a message…",
  send: "Send",
  attach: "Attach a picture",
  uploading: "Uploading the picture…",
  uploadFailed: "The picture could not be uploaded.",
  tooLarge: "The picture is too large.",
  notPicture: "Only pictures can be sent.",
  tooLong: "The message is too long.",
  sending: "Sending",
  waitingLine: "Will be sent when the connection is back",
  sent: "Sent",
  refused: "Not sent.",
  again: "Try again",
  discard: "Remove",
  end: "End the chat",
  endConfirm: "End the chat?",
  yes: "End",
  no: "Go on",
  renew: "Start a new chat",
  typing: "Typing…",
  picture: "Picture",
  newMessage: "New message: ",
  messages: "Messages",
  you: "You",
  unavailable: "The chat is not available at the moment.",
  pictureFailed: "The picture could not be loaded",
};

const ALL: Record<string, Words> = { es, pt, en };

/** The language among ours that a page or a browser asks for; Spanish otherwise. */
export function languageFor(...wanted: (string | null | undefined)[]): string {
  for (const one of wanted) {
    const code = one?.slice(0, 2).toLowerCase();
    if (code !== undefined && code in ALL) return code;
  }
  return "es";
}

export function wordsFor(language: string): Words {
  return ALL[language] ?? es;
}

/** What a waiting customer is told, in whole minutes so that it does not flicker. */
export function waitText(words: Words, wait: Wait): string {
  const low = Math.floor(wait.p50 / 60);
  const high = Math.ceil(wait.p80 / 60);
  if (high <= 1) return words.waitMoment;
  const text = low < 1 || low === high ? words.waitUpTo : words.waitBetween;
  return text.replace("{low}", String(low)).replace("{high}", String(high));
}
