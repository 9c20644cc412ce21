type SmallButtonProps = { label: string; picture: string; onClick: () => void; isDisabled?: boolean };

/** A button that shows a sign and says its words to those who hear or wait. It keeps the focus also once there is nothing more for it to do. */
export function SmallButton({ label, picture, onClick, isDisabled = false }: SmallButtonProps) {
  return (
    <button
      type="button"
      class="small"
      aria-label={label}
      title={label}
      aria-disabled={isDisabled}
      onClick={() => !isDisabled && onClick()}
    >
      <span aria-hidden="true">{picture}</span>
    </button>
  );
}
