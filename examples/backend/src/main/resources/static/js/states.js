/** What the states of a worker mean to somebody who watches. */
const STATES = {
  STARTING: ['Starting', 'The worker is being started.'],
  CATCHING_UP: ['Catching up', 'Changes that were made meanwhile are being mirrored.'],
  LIVE: ['Live', 'Changes reach MySQL as they are made.'],
  RETRYING: ['Retrying', 'A server could not be reached. The worker goes on by itself when it is back.'],
  STANDBY: ['Standing by', 'Another worker mirrors this stream; this one takes over if that one ends.'],
  HALTED: ['Halted', 'The worker stopped itself and waits for a person to decide.'],
  FAILED: ['Failed', 'The worker gave up. Nothing is mirrored until it is started again.'],
  STOPPED: ['Stopped', 'The worker was stopped.'],
};

export function describe(state) {
  const [title, meaning] = STATES[state] ?? [String(state), ''];
  return { title, meaning };
}

/** good, warn or bad, by health and state together. */
export function tone(monitor) {
  const status = monitor.health?.status;
  if (status === 'UNHEALTHY' || ['HALTED', 'FAILED', 'STOPPED'].includes(monitor.state)) {
    return 'bad';
  }
  return status === 'HEALTHY' ? 'good' : 'warn';
}
