/** Pictures: uploaded with the chat's token, shown by it. */
import type { Chat } from "./chat";

export const PICTURES = "image/jpeg,image/png,image/gif,image/webp";

export type UploadProblem = "notPicture" | "tooLarge" | "uploadFailed";

/** The id of the stored picture, or why there is none. */
export async function upload(
  base: string,
  chat: Pick<Chat, "token" | "maxMediaBytes">,
  file: File,
): Promise<{ id: string } | { problem: UploadProblem }> {
  if (!PICTURES.split(",").includes(file.type)) return { problem: "notPicture" };
  if (file.size > chat.maxMediaBytes) return { problem: "tooLarge" };
  const form = new FormData();
  form.append("file", file, file.name);
  try {
    const response = await fetch(`${base}/chat/media`, {
      method: "POST",
      headers: { Authorization: `Bearer ${chat.token ?? ""}` },
      credentials: "omit",
      body: form,
    });
    if (response.status === 413) return { problem: "tooLarge" };
    if (response.status === 415) return { problem: "notPicture" };
    if (!response.ok) return { problem: "uploadFailed" };
    const { id } = (await response.json()) as { id?: unknown };
    return typeof id === "string" ? { id } : { problem: "uploadFailed" };
  } catch {
    return { problem: "uploadFailed" };
  }
}

export function pictureUrl(base: string, chat: Pick<Chat, "token">, id: string): string {
  return `${base}/chat/media/${encodeURIComponent(id)}?token=${encodeURIComponent(chat.token ?? "")}`;
}
