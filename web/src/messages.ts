/** What the tabs of this browser tell each other. */
export type Message = 'signed-in';

const CHANNEL = 'carillon';

export function tellTabs(message: Message): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(message);
  channel.close();
}

/** Calls back when another tab tells this; returns what ends it. */
export function hearTabs(message: Message, heard: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener('message', ({ data }) => {
    if (data === message) heard();
  });
  return () => channel.close();
}
