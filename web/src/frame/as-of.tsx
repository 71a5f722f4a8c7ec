import { IconButton } from '../controls/button.js';
import { TEXTS } from '../texts.js';
import { utc, utcTime } from '../time.js';

interface AsOfProps {
  readonly at: Date | null;
  readonly isPaused: boolean;
  readonly onPaused: (isPaused: boolean) => void;
}

/** How old a page is, and the button that keeps it so. */
export function AsOf({ at, isPaused, onPaused }: AsOfProps) {
  const { live } = TEXTS;
  return (
    <div class="as-of">
      {at && (
        <time dateTime={at.toISOString()} title={utc(at)}>
          {isPaused ? live.pausedAt(utcTime(at)) : live.asOf(utcTime(at))}
        </time>
      )}
      <IconButton
        icon={isPaused ? 'play' : 'pause'}
        name={isPaused ? live.resume : live.pause}
        onPress={() => onPaused(!isPaused)}
      />
    </div>
  );
}
