// The scenario of the chat document, by the real socket.io-client. Prints what each step brought as one JSON object.
import { io } from "socket.io-client";

const [url, aliceToken, bobToken, room, bobId, transport] = process.argv.slice(2);

function open(token) {
  const socket = io(url, { auth: { token }, transports: [transport], reconnection: false, forceNew: true });
  const came = [];
  const waiting = [];
  socket.onAny((name, data) => {
    const reader = waiting.findIndex((wanted) => wanted.name === name);
    if (reader >= 0) waiting.splice(reader, 1)[0].resolve(data);
    else came.push({ name, data });
  });
  socket.named = (name) => {
    const kept = came.findIndex((event) => event.name === name);
    if (kept >= 0) return Promise.resolve(came.splice(kept, 1)[0].data);
    return new Promise((resolve) => waiting.push({ name, resolve }));
  };
  socket.call = (name, data) => socket.timeout(10000).emitWithAck(name, data);
  return socket;
}

function refusal(token) {
  const socket = io(url, { auth: { token }, transports: [transport], reconnection: false, forceNew: true });
  return new Promise((resolve, reject) => {
    socket.on("connect", () => reject(new Error("was let in")));
    socket.on("connect_error", (error) => {
      socket.close();
      resolve({ message: error.message, data: error.data });
    });
  });
}

const alice = open(aliceToken);
const bob = open(bobToken);
const found = { hello: await alice.named("hello"), refused: await refusal("wrong") };
await bob.named("hello");
found.sid = alice.id;
found.joined = await alice.call("join_room", { room_id: room });
await bob.call("join_room", { room_id: room });
found.user_joined = await alice.named("user_joined");
found.stored = await bob.call("send_message", { room_id: room, message: "hello", user_id: bobId });
found.messages = [await alice.named("message"), await bob.named("message")];
await alice.call("typing", { room_id: room, is_typing: true });
found.typing = await bob.named("typing");
found.error = (await bob.call("join_room", { room_id: "1" })).error;
found.error_event = await bob.named("error");
await bob.call("leave_room", { room_id: room });
found.user_left = await alice.named("user_left");
alice.close();
bob.close();
console.log(JSON.stringify(found));
