/** The product's mark. */
export function Brand({ size = 30 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="brand">
      <rect width="32" height="32" rx="9" fill="var(--accent)" />
      <path
        d="M17.6 5.5 8.8 17.4c-.4.5 0 1.3.6 1.3h5.2l-1.5 7.1c-.2.8.8 1.3 1.3.6l8.9-12c.4-.5 0-1.2-.6-1.2h-5.1l1.3-7c.2-.8-.8-1.3-1.3-.7Z"
        fill="var(--on-accent)"
      />
    </svg>
  );
}
