// What is not saved yet is kept in this browser (IndexedDB), by person and design, so that nothing drawn is lost.
const STORE = 'designs';

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open('signalbox-designs', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function act(mode, how) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const asked = how(database.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } finally {
    database.close();
  }
}

/** A browser that keeps nothing (private windows) is no reason to fail: the server still has what was saved. */
const orNothing = (work) => work.catch(() => undefined);

/** {content, revision, at (ms)} */
export const keep = (key, value) => orNothing(act('readwrite', (store) => store.put(value, key)));
export const kept = (key) => orNothing(act('readonly', (store) => store.get(key)));
export const forget = (key) => orNothing(act('readwrite', (store) => store.delete(key)));
