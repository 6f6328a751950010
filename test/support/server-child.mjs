// What servers that tests fork have in common: started by one message, told of by one, and ended
// with their parent or after some minutes.
import { createServer } from 'node:http';

const LONGEST_LIFE_MS = 3 * 60 * 1000;

/** @param start makes the server of what the test sends, and answers with what the test is told */
export function serveParent(start) {
  process.on('disconnect', () => process.exit());
  setTimeout(() => process.exit(), LONGEST_LIFE_MS).unref();
  process.once('message', async (given) => process.send(await start(given)));
}

/** A back door for the test: `POST /name` calls the action of that name. */
export function listenForTest(actions) {
  return listen(async (request, response) => {
    const given = JSON.parse(await textOf(request));
    response.end(JSON.stringify((await actions[request.url](given)) ?? null));
  });
}

/** Listens on loopback alone, and answers with the URL. */
export function listen(handler) {
  const server = createServer(handler);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}

export async function textOf(request) {
  return Buffer.concat(await request.toArray()).toString();
}
