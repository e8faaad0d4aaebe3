// What this tab remembers. A browser that keeps nothing for frames of others leaves it to the page itself.

const kept = new Map();

export function recall(name) {
  try {
    return sessionStorage.getItem(name) ?? kept.get(name) ?? null;
  } catch {
    return kept.get(name) ?? null;
  }
}

export function remember(name, value) {
  kept.set(name, value);
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // Until the page is loaded again it is kept above.
  }
}

export function forget(name) {
  kept.delete(name);
  try {
    sessionStorage.removeItem(name);
  } catch {
    // It was not kept there.
  }
}
