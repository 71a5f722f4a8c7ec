import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { TEXTS } from '../texts.js';
import { IconButton } from './button.js';

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  /** Without it the dialog stays until what opened it is gone. */
  readonly onClose?: () => void;
  readonly children: ComponentChildren;
}

/** Something to look at before the page goes on. The browser keeps the focus in it, and gives it back. */
export function Dialog({ title, isOpen, onClose, children }: DialogProps) {
  const place = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = place.current;
    if (isOpen && !dialog?.open) dialog?.showModal();
    if (!isOpen && dialog?.open) dialog.close();
  }, [isOpen]);
  const closed = () => {
    if (onClose) onClose();
    else if (isOpen) place.current?.showModal();
  };
  return (
    <dialog
      ref={place}
      class="dialog"
      aria-labelledby={id}
      // A browser without `closedby` closes it at a second Escape, whatever the first came to: it is opened again.
      closedby={onClose ? 'closerequest' : 'none'}
      onCancel={(event) => !onClose && event.preventDefault()}
      onClose={closed}
      onClick={({ target }) => target === place.current && onClose?.()}
    >
      <div class="dialog-inside">
        <div class="dialog-head">
          <h2 id={id}>{title}</h2>
          {onClose && <IconButton icon="close" name={TEXTS.close} onPress={onClose} />}
        </div>
        {isOpen && children}
      </div>
    </dialog>
  );
}
