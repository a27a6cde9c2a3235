import { useEffect, useRef, useState } from 'preact/hooks';
import type { SentAction } from '../actions.ts';
import type { ActionResult } from '../contract.ts';
import { act } from './connection.ts';

/** An action of an operator, which is confirmed before it is done. */
export interface Question {
  readonly title: string;
  /** Label of the button that does it. */
  readonly confirm: string;
  readonly needsReason: boolean;
  readonly action: (reason: string, dryRun: boolean) => SentAction;
}

type Stage =
  | { readonly kind: 'asking' }
  | { readonly kind: 'waiting'; readonly says: string }
  | { readonly kind: 'previewed'; readonly preview: ActionResult }
  | { readonly kind: 'ended'; readonly result: ActionResult };

interface DialogProps {
  readonly question: Question;
  readonly close: () => void;
}

/** Reason → preview (a dry run) → confirmation → result, as on the command line. */
export function ActionDialog({ question, close }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const [stage, setStage] = useState<Stage>({ kind: 'asking' });
  useEffect(() => dialog.current?.showModal(), []);
  const preview = async () => {
    setStage({ kind: 'waiting', says: 'Asking the site what this would do…' });
    const result = await act(question.action(reason, true));
    setStage(result.outcome === 'planned' ? { kind: 'previewed', preview: result } : { kind: 'ended', result });
  };
  const carryOut = async () => {
    setStage({ kind: 'waiting', says: 'Waiting for the result…' });
    setStage({ kind: 'ended', result: await act(question.action(reason, false)) });
  };
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="question">
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          void (stage.kind === 'previewed' ? carryOut() : preview());
        }}
      >
        <h2 id="question">{question.title}</h2>
        {question.needsReason && stage.kind === 'asking' && (
          <label>
            Reason, recorded in the history
            <input
              required
              maxLength={1024}
              value={reason}
              onInput={({ currentTarget }) => setReason(currentTarget.value)}
            />
          </label>
        )}
        <div role="status">
          {stage.kind === 'waiting' && <p>{stage.says}</p>}
          {stage.kind === 'previewed' && <Result {...stage.preview} />}
          {stage.kind === 'ended' && <Result {...stage.result} />}
        </div>
        <p class="actions">
          {stage.kind === 'asking' && <button class="main">Preview</button>}
          {stage.kind === 'previewed' && <button class="main">{question.confirm}</button>}
          <button type="button" onClick={() => dialog.current?.close()}>
            {stage.kind === 'ended' ? 'Close' : 'Cancel'}
          </button>
        </p>
      </form>
    </dialog>
  );
}

const OUTCOMES: Readonly<Record<ActionResult['outcome'], string>> = {
  done: 'Done.',
  planned: 'Preview: nothing has been changed yet.',
  already: 'Nothing was to be done.',
  refused: 'Not done: a rule does not permit it.',
  failed: 'Failed.',
};

function Result({ outcome, says, hint, steps, command }: ActionResult) {
  return (
    <>
      <p>
        <b>{OUTCOMES[outcome]}</b> {says}
      </p>
      {hint !== null && <p>{hint}</p>}
      {steps.length > 0 && (
        <ul>
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ul>
      )}
      {command !== null && (
        <p class="quiet">
          On the command line: <code>{command}</code>
        </p>
      )}
    </>
  );
}
