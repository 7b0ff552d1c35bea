/** Colours of how a run, or a time that it was due, came out. */
export const STATE_COLOURS: Readonly<Record<string, string>> = {
  done: "green",
  ran: "green",
  failed: "red",
  missed: "orange",
  running: "blue",
  waiting: "gold",
};
