// One room on socket.io: `node socketio.js PORT`.
import { createServer } from "node:http";
import { Server } from "socket.io";

const listener = createServer().listen(Number(process.argv[2]), "127.0.0.1");
const server = new Server(listener, { transports: ["websocket"] });
let lastId = 0;

server.on("connection", (socket) => {
  socket.join("bench");
  socket.on("message", (message) => {
    message.id = String(++lastId);
    message.time = new Date().toISOString();
    server.to("bench").emit("message", message);
  });
});
