/** A steady second. Hidden tabs have their timers slowed to one a minute; workers do not. */
setInterval(() => {
  postMessage(0);
}, 1000);

export {};
