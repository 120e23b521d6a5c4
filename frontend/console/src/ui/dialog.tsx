/** A modal dialog: focus goes in, Escape and the backdrop close it, focus comes back. */
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTexts } from "../i18n";
import { IconButton } from "./controls";
import "./dialog.css";

interface DialogProps {
  title: string;
  onClose: () => void;
  size?: "s" | "m" | "l";
  children: ReactNode;
  /** Drawn beside the title. */
  extra?: ReactNode;
  footer?: ReactNode;
}

export function Dialog({ title, onClose, size = "m", children, extra, footer }: DialogProps) {
  const { t } = useTexts();
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={(open) => !open && onClose()}>
      <Modal className={`modal modal-${size}`}>
        <AriaDialog className="dialog">
          <header className="dialog-head">
            <Heading slot="title" className="dialog-title">
              {title}
            </Heading>
            {extra}
            <IconButton icon="close" label={t("actions.close")} onPress={onClose} />
          </header>
          <div className="dialog-body">{children}</div>
          {footer && <footer className="dialog-foot">{footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
