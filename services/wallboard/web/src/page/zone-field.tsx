import { useMemo } from 'react';
import { knownZones } from '../clock/local-time';

interface ZoneFieldProps {
  readonly label: string;
  readonly what?: string;
  readonly zone: string;
  readonly onZone: (zone: string) => void;
}

/** Chooses one of the time zones that the browser knows. */
export function ZoneField({ label, what, zone, onZone }: ZoneFieldProps) {
  const zones = useMemo(() => [...new Set([...knownZones(), zone])].sort(), [zone]);
  return (
    <label>
      {label}
      <select value={zone} onChange={(event) => onZone(event.target.value)}>
        {zones.map((name) => (
          <option key={name} value={name}>
            {name.replaceAll('_', ' ')}
          </option>
        ))}
      </select>
      {what !== undefined && <small>{what}</small>}
    </label>
  );
}
