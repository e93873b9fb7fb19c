-- wrk: rotate through a file of requests (path, header, value) and print the figures as one line of JSON.
local requests, position = {}, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local path, name, value = line:match("^(.-)\t(.-)\t(.*)$")
    requests[#requests + 1] = wrk.format("GET", path, { [name] = value, Host = wrk.headers["Host"] })
  end
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "p50_us": %d, "p99_us": %d, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
    failed.connect + failed.read + failed.write + failed.status + failed.timeout))
end
