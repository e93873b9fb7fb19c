// A client for browsers and Node that misses nothing and hears nothing twice.
//
//   const client = new Client({ site: "http://localhost:8000", token, rooms: [roomId], onEvent: console.log });
//   client.start();
//   await client.call("send_message", { room_id: roomId, content: "Hello", client_id: crypto.randomUUID() });
//
// After every drop it comes back, says the last number it has of each stream, and reads by REST what is not sent again.
// `positions` is all there is to remember: keep it and go on tomorrow.

const FINAL = [4401, 4403, 4409]; // codes after which to come back would not help: it is the credential

export class Client {
  // Signs in by `token`, by what the function `ticket` resolves to, or by the session cookie; `rooms` are those the person is in.
  constructor({ site, token, ticket, rooms = [], positions = {}, onEvent, WebSocket = globalThis.WebSocket }) {
    Object.assign(this, { site, token, ticket, rooms, positions, onEvent, WebSocket, calls: new Map(), last: 0 });
  }

  // Runs until `stop`, or until the sign-in has ended, which is an error.
  async start() {
    for (this.pause = 500; !this.stopped; this.pause = Math.min(this.pause * 2, 30000)) {
      const code = await this.listen().catch(() => 0);
      if (FINAL.includes(code)) throw new Error(`closed with ${code}`);
      if (!this.stopped) await new Promise((resolve) => setTimeout(resolve, this.pause * (0.5 + Math.random())));
    }
  }

  stop() {
    this.stopped = true;
    this.socket?.close();
  }

  // Resolves to the data of the answer, however often the line drops meanwhile; rejects when the server refuses.
  call(event, data = {}) {
    const id = String(++this.last);
    this.send(event, data, id);
    return new Promise((resolve, reject) => this.calls.set(id, { event, data, resolve, reject }));
  }

  send(event, data, id) {
    if (this.greeted && this.socket.readyState === 1) this.socket.send(JSON.stringify({ event, id, data }));
  }

  async listen() {
    this.greeted = false;
    const token = this.ticket ? await this.ticket() : this.token;
    const socket = (this.socket = new this.WebSocket(this.site.replace("http", "ws") + "/ws/"));
    let turn = Promise.resolve(); // frames one after another: while something is read by REST, what comes waits
    socket.onopen = () => token && socket.send(JSON.stringify({ event: "auth", data: { token } }));
    socket.onmessage = ({ data }) => (turn = turn.then(() => this.take(JSON.parse(data))).catch(() => socket.close()));
    socket.onerror = () => {};
    const code = await new Promise((resolve) => (socket.onclose = ({ code }) => resolve(code)));
    await turn;
    return code;
  }

  takeUp(hello) {
    this.greeted = true;
    this.pause = 500;
    const own = (this.positions[`user:${hello.user.id}`] ??= hello.useq);
    const seen = this.rooms.map((room) => [room, this.positions[`room:${room}`]]).filter(([, seq]) => seq !== undefined);
    this.send("resume", { rooms: Object.fromEntries(seen), user: own });
    const topics = this.rooms.map((room) => `room:${room}`).filter((topic) => !(topic in this.positions));
    if (topics.length) this.send("subscribe", { topics }, "new rooms");
    for (const [id, { event, data }] of this.calls) this.send(event, data, id);
  }

  // What is missing of a room before a frame comes before it, and what was seen does not come again.
  async take(frame) {
    const { event, id, topic = "", seq, data, positions = this.positions } = frame;
    const isRoom = topic.startsWith("room:");
    const call = this.calls.get(id);
    if (call) {
      this.calls.delete(id);
      if (event === "ack") return call.resolve(data);
      return call.reject(Object.assign(new Error(data.errors[0].detail), { body: data }));
    }
    if (event === "hello") this.takeUp(data);
    if (event === "ack") Object.assign(positions, { ...data.seqs, ...positions }); // from where new rooms are heard
    if (event === "resync") {
      if (isRoom && data.oldest_seq <= data.from_seq + 1 && data.from_seq < data.last_seq) return this.read(topic, data.last_seq);
      positions[topic] = data.last_seq; // kept nowhere: who hears this loads its lists anew
    } else if (seq) {
      positions[topic] ??= seq - 1;
      if (isRoom) await this.read(topic, seq - 1);
      if (seq <= positions[topic]) return;
      positions[topic] = seq;
    }
    this.onEvent(frame);
  }

  async read(topic, last) {
    while (this.positions[topic] < last) {
      const path = `/api/rooms/${topic.slice(5)}/events?after_seq=${this.positions[topic]}`;
      const headers = this.token ? { Authorization: `Bearer ${this.token}` } : {};
      const answer = await fetch(this.site + path, { headers, credentials: "include" });
      const { results } = await answer.json();
      if (!results?.length) throw new Error(`nothing at ${path}`);
      for (const event of results) {
        this.positions[topic] = event.seq;
        this.onEvent(event);
      }
    }
  }
}
