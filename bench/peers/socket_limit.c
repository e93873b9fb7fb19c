/* The limit: `socket_limit PORT`, one room over epoll, one write for each member, and nothing else.

   It parses a message, adds id and time and re-makes it, builds the WebSocket frame once and writes it to everybody. It holds
   no limits and checks nothing, so no server can be expected to do better with one write for each member. */
#define _GNU_SOURCE
#include <err.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 20000, READ = 4096 };
static const char GUID[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

typedef struct {
  int fd;
  bool open;
} Member;

static Member members[MOST];
static int count;
static unsigned long last_id;

static uint32_t roll(uint32_t x, int n) { return x << n | x >> (32 - n); }

static void sha1_block(uint32_t h[5], const uint8_t *block) {
  uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
  for (int i = 0; i < 16; i++) w[i] = (uint32_t)block[4 * i] << 24 | block[4 * i + 1] << 16 | block[4 * i + 2] << 8 | block[4 * i + 3];
  for (int i = 16; i < 80; i++) w[i] = roll(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  for (int i = 0; i < 80; i++) {
    uint32_t f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
    uint32_t k = i < 20 ? 0x5A827999 : i < 40 ? 0x6ED9EBA1 : i < 60 ? 0x8F1BBCDC : 0xCA62C1D6;
    uint32_t next = roll(a, 5) + f + e + k + w[i];
    e = d, d = c, c = roll(b, 30), b = a, a = next;
  }
  h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
}

/* SHA-1 of up to 119 bytes, as RFC 6455 wants it of key and GUID. */
static void sha1(const char *text, size_t length, uint8_t out[20]) {
  uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  uint8_t data[128] = {0};
  size_t size = length < 56 ? 64 : 128;
  memcpy(data, text, length);
  data[length] = 0x80, data[size - 2] = length * 8 >> 8, data[size - 1] = length * 8;
  for (size_t at = 0; at < size; at += 64) sha1_block(h, data + at);
  for (int i = 0; i < 20; i++) out[i] = h[i / 4] >> (24 - i % 4 * 8);
}

static void base64(const uint8_t *in, int length, char *out) {
  static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int i = 0; i < length; i += 3) {
    uint32_t v = in[i] << 16 | (i + 1 < length ? in[i + 1] << 8 : 0) | (i + 2 < length ? in[i + 2] : 0);
    for (int j = 0; j < 4; j++) *out++ = i + j > length ? '=' : DIGITS[v >> (18 - 6 * j) & 63];
  }
  *out = 0;
}

static void answer(Member *m, const char *request) {
  char text[256], accept[32];
  uint8_t digest[20];
  const char *key = strcasestr(request, "sec-websocket-key: ");
  if (!key) return;
  snprintf(text, sizeof text, "%.24s%s", key + 19, GUID);
  sha1(text, strlen(text), digest);
  base64(digest, 20, accept);
  int length = snprintf(text, sizeof text,
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Accept: %s\r\n\r\n", accept);
  m->open = write(m->fd, text, length) == length;
}

static void broadcast(const char *data, int length) {
  static char frame[READ + 256];
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  char *text = frame + 4;
  int size = snprintf(text, sizeof frame - 4, "{\"id\":\"%lu\",\"time\":%ld.%03ld,%.*s", ++last_id, t.tv_sec,
                      t.tv_nsec / 1000000, length - 1, data + 1);
  int head = size < 126 ? 2 : 4;
  char *start = text - head;
  start[0] = (char)0x81, start[1] = size < 126 ? size : 126;
  if (head == 4) start[2] = size >> 8, start[3] = size;
  for (int i = 0; i < count; i++)
    if (members[i].open && write(members[i].fd, start, size + head) < 0) members[i].open = false;
}

static void take_frames(char *data, ssize_t length) {
  while (length >= 6) {
    int size = data[1] & 127, head = size == 126 ? 8 : 6;
    if (size == 126) size = (uint8_t)data[2] << 8 | (uint8_t)data[3];
    char *mask = data + head - 4, *text = data + head;
    if (length < head + size) return;
    for (int i = 0; i < size; i++) text[i] ^= mask[i & 3];
    if ((data[0] & 15) == 1) broadcast(text, size);
    data += head + size, length -= head + size;
  }
}

static void on_readable(Member *m) {
  static char data[READ + 1];
  ssize_t length = read(m->fd, data, READ);
  if (length <= 0) {
    m->open = false;
    close(m->fd);
  } else if (m->open) {
    take_frames(data, length);
  } else {
    data[length] = 0;
    answer(m, data);
  }
}

int main(int n, char **given) {
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(n > 1 ? atoi(given[1]) : 0)};
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  signal(SIGPIPE, SIG_IGN);
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listener = socket(AF_INET, SOCK_STREAM, 0), poll_fd = epoll_create1(0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (bind(listener, (void *)&here, sizeof here) || listen(listener, 1024)) err(1, "port");
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &(struct epoll_event){.events = EPOLLIN, .data.ptr = NULL});
  for (;;) {
    struct epoll_event events[64];
    int ready = epoll_wait(poll_fd, events, 64, -1);
    for (int i = 0; i < ready; i++) {
      if (events[i].data.ptr) {
        on_readable(events[i].data.ptr);
        continue;
      }
      Member *m = &members[count];
      m->fd = accept(listener, NULL, NULL);
      if (m->fd < 0 || count == MOST) continue;
      setsockopt(m->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
      epoll_ctl(poll_fd, EPOLL_CTL_ADD, m->fd, &(struct epoll_event){.events = EPOLLIN, .data.ptr = m});
      count++;
    }
  }
}
