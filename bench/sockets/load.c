/* Load for WebSocket servers: some thousand members of one room, messages sent by a few of them, every delivery counted and timed.

   load --port 8000[,8001] --members 1000 --message TEXT --marker TEXT --phase full:3 [...]; --help lists the rest.
   Texts may hold $T and $R (token and room of the connection, from --people), $I (its number), $N (number of the message) and
   $B (true and false in turn). A delivery is known by the number that follows the marker in it: the $N of its message, or with
   --by-sender the $I of its sender, who then waits for all deliveries, and for --rest seconds, before sending again. Members send
   in turn, all of them or the first --senders. Prints one line of JSON. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "usage.h"

enum { BATCH = 128, READ = 1 << 18, TEXT = 8192, RING = 1 << 20, SLOTS = 256, AT_ONCE = 64 };
static const double PATIENCE_S = 10, CONNECT_S = 600, SETTLE_S = 0.5, IDLE_SHARE = 0.06;

typedef struct {
  int fd, step;
  bool upgraded, joined;
  unsigned sent;
  uint32_t latest; /* its last message */
  char *rest;      /* the part of a frame that has come so far */
  size_t rest_len;
  char *token, *room;
} Conn;

typedef struct {
  double at;
  uint32_t left; /* deliveries that are still to come */
} Message;

static int ports[LIST], n_ports, members = 1000, senders, window = 4, addresses = 1;
static double rate = 5000, rest;
static const char *path = "/", *message, *marker, *headers[LIST], *steps[LIST], *phases[LIST];
static int n_headers, n_steps, n_phases;
static bool by_sender, but_sender, engine_io, acks;

static Conn *conns;
static Message *ring;
static int poll_fd, joined, begun;
static uint32_t next_number = 1, first_number, slots[SLOTS], turn_of_sender;
static float *times; /* ms */
static size_t n_times, room_for_times;
static uint64_t delivered, bytes, others, doubled, closed;
static int close_code;
static char complaint[400];

/* Write a template with its variables filled in, and return its length. */
static size_t fill(const char *from, Conn *c, uint32_t number, char *to) {
  char *at = to;
  for (; *from && at < to + TEXT - 512; from++) {
    if (*from != '$') *at++ = *from;
    else if (*++from == 'T') at = stpcpy(at, c->token);
    else if (*from == 'R') at = stpcpy(at, c->room);
    else if (*from == 'I') at += sprintf(at, "%d", (int)(c - conns));
    else if (*from == 'N') at += sprintf(at, "%u", number);
    else if (*from == 'B') at = stpcpy(at, c->sent % 2 ? "false" : "true");
  }
  *at = 0;
  return at - to;
}

static void write_all(Conn *c, const void *data, size_t length) {
  if (write(c->fd, data, length) != (ssize_t)length && errno != EPIPE && errno != ECONNRESET)
    err(1, "a server does not take what is sent");
}

static void send_frame(Conn *c, int opcode, const char *text, size_t length) {
  static const uint8_t mask[4] = {0x5a, 0x17, 0xc3, 0x88};
  uint8_t frame[TEXT + 16], *at = frame;
  *at++ = 0x80 | opcode;
  if (length < 126) *at++ = 0x80 | length;
  else *at++ = 0x80 | 126, *at++ = length >> 8, *at++ = length;
  memcpy(at, mask, 4), at += 4;
  for (size_t i = 0; i < length; i++) *at++ = text[i] ^ mask[i & 3];
  write_all(c, frame, at - frame);
}

/* Take the next steps of joining: send what is to be sent, stop where an answer is to be waited for. */
static void advance(Conn *c) {
  char text[TEXT];
  for (; c->step < n_steps && !strncmp(steps[c->step], "send:", 5); c->step++) {
    size_t length = fill(steps[c->step] + 5, c, 0, text);
    send_frame(c, 1, text, length);
  }
  if (c->step == n_steps && !c->joined) c->joined = true, joined++;
}

static void keep_time(double since) {
  if (n_times == room_for_times) {
    room_for_times = room_for_times ? 2 * room_for_times : 1 << 20;
    times = realloc(times, room_for_times * sizeof *times);
    if (!times) err(1, "times");
  }
  times[n_times++] = (now() - since) * 1e3;
}

static void deliver(const char *text, size_t length) {
  const char *found = memmem(text, length, marker, strlen(marker));
  if (!found) {
    others++;
    if (!*complaint && memmem(text, length, "\"error\"", 7))
      snprintf(complaint, sizeof complaint, "%.*s", (int)length, text);
    return;
  }
  uint32_t number = 0;
  for (found += strlen(marker); found < text + length && *found >= '0' && *found <= '9'; found++)
    number = number * 10 + (*found - '0');
  if (by_sender) number = number < (uint32_t)members ? conns[number].latest : 0;
  if (number < first_number || number >= next_number) return;
  Message *m = &ring[number % RING];
  if (!m->left) {
    doubled++;
    return;
  }
  m->left--, delivered++, bytes += length;
  keep_time(m->at);
}

static void on_frame(Conn *c, int opcode, const char *text, size_t length) {
  if (opcode == 9) send_frame(c, 10, text, length);
  else if (opcode == 8) close_code = length > 1 ? (uint8_t)text[0] << 8 | (uint8_t)text[1] : 1005;
  else if (engine_io && length == 1 && *text == '2') send_frame(c, 1, "3", 1);
  else if (c->joined) deliver(text, length);
  else if (memmem(text, length, "\"error\"", 7)) errx(1, "joining is refused: %.*s", (int)length, text);
  else if (memmem(text, length, steps[c->step] + 5, strlen(steps[c->step] + 5))) c->step++, advance(c);
}

/* Return how much of a buffer the whole frames in it take. */
static size_t take_frames(Conn *c, const uint8_t *data, size_t length) {
  size_t at = 0;
  while (length - at >= 2) {
    size_t size = data[at + 1] & 127, head = size < 126 ? 2 : size == 126 ? 4 : 10;
    if (length - at < head) break;
    if (head > 2) {
      size = 0;
      for (size_t i = 2; i < head; i++) size = size << 8 | data[at + i];
    }
    if (length - at < head + size) break;
    on_frame(c, data[at] & 15, (const char *)data + at + head, size);
    at += head + size;
  }
  return at;
}

static size_t take_answer(Conn *c, char *data, size_t length) {
  char *end = memmem(data, length, "\r\n\r\n", 4);
  if (!end) return 0;
  if (strncmp(data, "HTTP/1.1 101", 12)) errx(1, "no upgrade: %.*s", (int)(length < 600 ? length : 600), data);
  c->upgraded = true;
  advance(c);
  return end + 4 - data;
}

static void on_readable(Conn *c) {
  static char buffer[READ + (1 << 20)];
  if (c->rest_len) memcpy(buffer, c->rest, c->rest_len);
  ssize_t got = read(c->fd, buffer + c->rest_len, READ);
  if (got <= 0) {
    if (!c->joined) errx(1, "closed while joining, code %d", close_code);
    closed++;
    epoll_ctl(poll_fd, EPOLL_CTL_DEL, c->fd, NULL);
    return;
  }
  size_t length = c->rest_len + got, at = 0;
  if (!c->upgraded) at = take_answer(c, buffer, length);
  if (c->upgraded) at += take_frames(c, (uint8_t *)buffer + at, length - at);
  c->rest_len = length - at;
  if (c->rest_len) {
    if (c->rest_len > 1 << 20) errx(1, "a frame is too large");
    c->rest = realloc(c->rest, c->rest_len);
    memcpy(c->rest, buffer + at, c->rest_len);
  }
}

static void look(int milliseconds) {
  struct epoll_event events[BATCH];
  int n = epoll_wait(poll_fd, events, BATCH, milliseconds);
  for (int i = 0; i < n; i++) on_readable(events[i].data.ptr);
}

static void begin(Conn *c, int number) {
  char text[TEXT], *at = text;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(ports[number % n_ports])}, from = to;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  from.sin_port = 0, from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + number % addresses);
  c->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (c->fd < 0 || bind(c->fd, (void *)&from, sizeof from) || connect(c->fd, (void *)&to, sizeof to))
    err(1, "connection %d", number);
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  at += fill("GET ", c, 0, at), at += fill(path, c, 0, at);
  at += sprintf(at, " HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n", ports[number % n_ports]);
  at += sprintf(at, "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
  for (int i = 0; i < n_headers; i++) at += fill(headers[i], c, 0, at), at = stpcpy(at, "\r\n");
  at = stpcpy(at, "\r\n");
  write_all(c, text, at - text);
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &(struct epoll_event){.events = EPOLLIN, .data.ptr = c});
}

/* Wait until the servers have done what follows from so many people coming at once. */
static void settle(void) {
  for (double before, give_up = now() + PATIENCE_S * 3; now() < give_up;) {
    before = server_cpu();
    for (double end = now() + SETTLE_S; now() < end;) look(10);
    if (server_cpu() - before <= SETTLE_S * IDLE_SHARE) return;
  }
}

static void connect_all(void) {
  double deadline = now() + CONNECT_S;
  while (joined < members) {
    while (begun < members && begun - joined < AT_ONCE) begin(&conns[begun], begun), begun++;
    look(10);
    if (now() > deadline) errx(1, "only %d of %d have joined after %.0f s", joined, members, CONNECT_S);
  }
  settle();
}

static bool is_out(uint32_t number) {
  Message *m = &ring[number % RING];
  return number >= first_number && m->left && now() - m->at < PATIENCE_S;
}

static bool must_wait(Conn *c) { return by_sender && (is_out(c->latest) || now() - ring[c->latest % RING].at < rest); }

/* Send a message by the next sender; 0 when all of them have to wait. */
static uint32_t say(int slot) {
  char text[TEXT];
  Conn *c = &conns[acks ? slot : (int)(turn_of_sender++ % senders)];
  for (int tried = 1; must_wait(c); tried++) {
    if (tried > senders) return 0;
    c = &conns[turn_of_sender++ % senders];
  }
  uint32_t number = next_number++;
  size_t length = fill(message, c, number, text);
  c->sent++, c->latest = number;
  ring[number % RING] = (Message){now(), acks ? 1 : members - but_sender};
  send_frame(c, 1, text, length);
  return number;
}

static void refill(void) {
  for (int i = 0; i < window; i++)
    if (!is_out(slots[i])) slots[i] = say(i);
}

static int ascending(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static double quantile(double part) { return n_times ? times[(size_t)(part * (n_times - 1))] : -1; }

static void run_phase(const char *text, bool is_first) {
  double seconds = atof(strchr(text, ':') + 1), each = acks ? 1 : members - but_sender;
  bool is_paced = !strncmp(text, "paced", 5);
  first_number = next_number, n_times = delivered = bytes = others = doubled = 0;
  double cpu = server_cpu(), own = own_cpu(), start = now(), due = start, end = start + seconds;
  for (double t; (t = now()) < end;) {
    if (!is_paced) refill();
    else for (; due <= t; due += each / rate) say(0);
    look(is_paced ? 1 : 10);
  }
  double took = now() - start, in_time = delivered, share = (own_cpu() - own) / took, used = server_cpu() - cpu;
  uint64_t wanted = (uint64_t)((next_number - first_number) * each);
  while (delivered < wanted && now() < end + PATIENCE_S) look(10);
  qsort(times, n_times, sizeof *times, ascending);
  printf("%s{\"mode\":\"%.*s\",\"rate\":%.1f,\"p50\":%.3f,\"p99\":%.3f,\"lost\":%.5f,\"cpu\":%.3f,\"generator_share\":%.3f,"
         "\"bytes\":%.0f,\"others\":%.3f,\"doubled\":%lu,\"messages\":%u}",
         is_first ? "" : ",", (int)strcspn(text, ":"), text, in_time / took, quantile(0.5), quantile(0.99),
         wanted ? 1 - (double)delivered / wanted : 1, in_time ? used / in_time * 1e6 : -1, share,
         delivered ? (double)bytes / delivered : 0, wanted ? (double)others / wanted : 0, (unsigned long)doubled,
         next_number - first_number);
}

static int numbers(char *text, int *to) {
  int n = 0;
  for (char *part = strtok(text, ","); part && n < LIST; part = strtok(NULL, ",")) to[n++] = atoi(part);
  return n;
}

static void read_people(const char *name) {
  char *line = NULL;
  size_t size = 0;
  FILE *file = fopen(name, "r");
  if (!file) err(1, "%s", name);
  for (int i = 0; i < members; i++) {
    if (getline(&line, &size, file) < 0) errx(1, "%s has fewer than %d lines", name, members);
    char *tab = strchr(line, '\t');
    if (!tab) errx(1, "%s: TOKEN<tab>ROOM", name);
    line[strcspn(line, "\n")] = 0, *tab = 0;
    conns[i].token = strdup(line), conns[i].room = strdup(tab + 1);
  }
  fclose(file);
}

static const struct option OPTIONS[] = {
    {"port", 1, 0, 'p'}, {"members", 1, 0, 'm'}, {"senders", 1, 0, 's'}, {"window", 1, 0, 'w'}, {"rate", 1, 0, 'r'},
    {"path", 1, 0, 'u'}, {"header", 1, 0, 'h'}, {"step", 1, 0, 'e'}, {"message", 1, 0, 't'}, {"marker", 1, 0, 'k'},
    {"phase", 1, 0, 'f'}, {"people", 1, 0, 'o'}, {"pids", 1, 0, 'i'}, {"addresses", 1, 0, 'a'}, {"rest", 1, 0, 'R'}, {"by-sender", 0, 0, 'b'},
    {"but-sender", 0, 0, 'B'}, {"engine-io", 0, 0, 'E'}, {"acks", 0, 0, 'A'}, {0}};

static const char *read_options(int count, char **given) {
  const char *people = NULL;
  for (int o; (o = getopt_long(count, given, "", OPTIONS, NULL)) != -1;) switch (o) {
      case 'p': n_ports = numbers(optarg, ports); break;
      case 'm': members = atoi(optarg); break;
      case 's': senders = atoi(optarg); break;
      case 'w': window = atoi(optarg); break;
      case 'r': rate = atof(optarg); break;
      case 'u': path = optarg; break;
      case 'h': headers[n_headers++ % LIST] = optarg; break;
      case 'e': steps[n_steps++ % LIST] = optarg; break;
      case 't': message = optarg; break;
      case 'k': marker = optarg; break;
      case 'f': phases[n_phases++ % LIST] = optarg; break;
      case 'o': people = optarg; break;
      case 'i': n_pids = numbers(optarg, pids); break;
      case 'a': addresses = atoi(optarg); break;
      case 'R': rest = atof(optarg); break;
      case 'b': by_sender = true; break;
      case 'B': but_sender = true; break;
      case 'E': engine_io = true; break;
      case 'A': acks = true; break;
      default:
        for (const struct option *known = OPTIONS; known->name; known++) fprintf(stderr, "--%s ", known->name);
        errx(2, "see the head of load.c");
    }
  if (!n_ports || (n_phases && !(message && marker))) errx(2, "--port, and for a phase --message and --marker");
  if (senders < 1 || senders > members) senders = members;
  if (acks) window = members;
  if (window > SLOTS) errx(2, "at most %d at once", SLOTS);
  return people;
}

int main(int count, char **given) {
  const char *people = read_options(count, given);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  conns = calloc(members, sizeof *conns);
  ring = calloc(RING, sizeof *ring);
  poll_fd = epoll_create1(0);
  if (!conns || !ring || poll_fd < 0) err(1, "start");
  for (int i = 0; i < members; i++) conns[i].token = conns[i].room = "";
  if (people) read_people(people);
  double before = server_kib(), cpu = server_cpu(), start = now();
  connect_all();
  double took = now() - start, kib = (server_kib() - before) / members, used = server_cpu() - cpu;
  printf("{\"connect_seconds\":%.2f,\"connect_cpu\":%.3f,\"kib\":%.1f,\"phases\":[", took, used / members * 1e3, kib);
  for (int i = 0; i < n_phases; i++) run_phase(phases[i], i == 0);
  for (char *c = complaint; *c; c++) if (*c == '"' || *c == '\\' || (uint8_t)*c < ' ') *c = '\'';
  printf("],\"closed\":%lu,\"close_code\":%d,\"complaint\":\"%s\"}\n", (unsigned long)closed, close_code, complaint);
}
