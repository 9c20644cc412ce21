type SmallButtonProps = { label: string; picture: string; onClick: () => void; isDisabled?: boolean };

/** A button that shows a sign and says its words to those who hear or wait. */
export function SmallButton({ label, picture, onClick, isDisabled = false }: SmallButtonProps) {
  return (
    <button type="button" class="small" aria-label={label} title={label} disabled={isDisabled} onClick={onClick}>
      <span aria-hidden="true">{picture}</span>
    </button>
  );
}
