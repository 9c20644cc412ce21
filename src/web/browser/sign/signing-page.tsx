import { CopyButton } from "./copy-button.tsx";
import { Desk } from "./desk.tsx";
import { EidGate } from "./eid-gate.tsx";
import { Gate } from "./gate.tsx";
import { say } from "./say.ts";
import { Screen, Waiting } from "./screen.tsx";
import { cancelVisit, closeVisit, openVisit, type Visit, type VisitView } from "./visit.ts";

/** The whole page: the document while there is something to sign, else one calm sentence. */
export function SigningPage({ visit, view }: { visit: Visit; view: VisitView }) {
  const { stage, allowCancel } = view;

  if (stage.kind === "signing") return <Desk visit={visit} view={view} session={stage.session} />;
  if (stage.kind === "gate" && stage.gate.needs === "eid")
    return <EidGate visit={visit} gate={stage.gate} mayCancel={allowCancel} />;
  if (stage.kind === "gate")
    return <Gate key={stage.gate.needs} visit={visit} gate={stage.gate} mayCancel={allowCancel} />;
  if (stage.kind === "opening") return <Waiting note={stage.note || say("opening.loading")} />;
  if (stage.kind === "leaving") return <Screen mark="done" heading={say("over.signed")} text={say("over.leaving")} />;
  if (stage.kind === "closed") return <Screen mark="done" heading={say("over.closed")} />;

  if (stage.kind === "refused") {
    return (
      <Screen mark="stop" heading={say("refused.heading")} text={stage.message}>
        {allowCancel && (
          <button type="button" class="button" onClick={() => cancelVisit(visit)}>
            {say("refused.close")}
          </button>
        )}
        {stage.mayTryAgain && (
          <button type="button" class="button primary" onClick={() => void openVisit(visit)}>
            {say("refused.tryAgain")}
          </button>
        )}
      </Screen>
    );
  }

  if (stage.how === "reassigned")
    return (
      <Screen mark="done" heading={say("over.reassigned")} text={say("over.reassignedMore")}>
        <button type="button" class="button primary" onClick={() => closeVisit(visit)}>
          {say("over.close")}
        </button>
      </Screen>
    );
  const isSigned = stage.how === "signed";
  return (
    <Screen
      mark={isSigned ? "done" : "stop"}
      heading={isSigned ? say("over.signed") : say("over.declined")}
      text={isSigned ? say(`over.signedMore.${visit.opening.kind}`) : say("over.declinedMore")}
    >
      {isSigned && visit.session && <CopyButton session={visit.session.session} title={visit.session.title} />}
      <button type="button" class="button primary" onClick={() => closeVisit(visit)}>
        {say("over.close")}
      </button>
    </Screen>
  );
}
