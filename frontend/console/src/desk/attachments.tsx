/** Pictures on their way into a message. */
import { useRef, useState } from "react";
import { ApiError, uploadPicture } from "../api/client";
import type { Media } from "../api/types";
import { errorText, useTexts } from "../i18n";
import { IconButton } from "../ui/controls";
import { toast } from "../ui/toasts";
import { changeDraft, draftOf } from "./drafts";

const PICTURES = "image/jpeg,image/png,image/gif,image/webp";

export interface Attach {
  uploading: boolean;
  add: (files: FileList | null) => void;
  remove: (id: string) => void;
}

export function useAttach(contactId: string): Attach {
  const { t } = useTexts();
  const [running, setRunning] = useState(0);

  const upload = async (file: File) => {
    if (!PICTURES.split(",").includes(file.type)) {
      toast("warn", t("composer.wrongType"));
      return;
    }
    setRunning((count) => count + 1);
    try {
      const media = await uploadPicture(file);
      changeDraft(contactId, { media: [...draftOf(contactId).media, media] });
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 0;
      if (status === 413) toast("bad", t("composer.tooLarge"));
      else if (status === 415) toast("bad", t("composer.wrongType"));
      else toast("bad", `${t("composer.uploadFailed")} ${errorText(t, error)}`);
    } finally {
      setRunning((count) => count - 1);
    }
  };
  return {
    uploading: running > 0,
    add: (files) => {
      for (const file of files ?? []) void upload(file);
    },
    remove: (id) =>
      changeDraft(contactId, { media: draftOf(contactId).media.filter((one) => one.id !== id) }),
  };
}

export function AttachButton({ onFiles }: { onFiles: (files: FileList | null) => void }) {
  const { t } = useTexts();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon="attach" label={t("composer.attach")} onPress={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={PICTURES}
        aria-label={t("composer.attach")}
        onChange={(event) => {
          onFiles(event.target.files);
          event.target.value = "";
        }}
      />
    </>
  );
}

interface ListProps {
  media: readonly Media[];
  uploading: boolean;
  onRemove: (id: string) => void;
}

export function AttachmentList({ media, uploading, onRemove }: ListProps) {
  const { t } = useTexts();
  if (media.length === 0 && !uploading) return null;
  return (
    <ul className="attachments">
      {media.map((one) => (
        <li key={one.id}>
          <img src={one.url} alt={one.name ?? t("message.picture")} />
          <IconButton icon="close" size="s" label={t("actions.remove")} onPress={() => onRemove(one.id)} />
        </li>
      ))}
      {uploading && (
        <li className="attachments-wait" role="status">
          <span className="spinner" aria-hidden="true" />
          <span className="visually-hidden">{t("composer.attaching")}</span>
        </li>
      )}
    </ul>
  );
}
