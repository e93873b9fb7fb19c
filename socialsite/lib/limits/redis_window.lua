-- The functions of windows.py as one atomic step. KEYS[1]: the actor's pairs as JSON.
local limit, window, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local now, slots = tonumber(ARGV[4]), tonumber(ARGV[5])

local pairs_kept, used = {}, 0
local stored = redis.call('GET', KEYS[1])
if stored then
  for _, pair in ipairs(cjson.decode(stored)) do
    if math.abs(now - pair[1]) < window then
      pairs_kept[#pairs_kept + 1] = pair
      used = used + pair[2]
    end
  end
end

local function reset()
  local last = pairs_kept[#pairs_kept]
  return last and last[1] + window - now or 0
end

local function wait(wanted)
  for _, pair in ipairs(pairs_kept) do
    wanted = wanted - pair[2]
    if wanted <= limit then return pair[1] + window - now end
  end
  return window
end

if cost > 0 and used + cost > limit then return {0, used, wait(used + cost), reset()} end
if cost == 0 then return {1, used, 0, reset()} end

if cost > 0 then
  local last = pairs_kept[#pairs_kept]
  if last and math.floor(now * slots / window) <= math.floor(last[1] * slots / window) then
    last[1] = math.max(last[1], now)
    last[2] = last[2] + cost
  else
    pairs_kept[#pairs_kept + 1] = {now, cost}
  end
  used = used + cost
else
  local left = {}
  for _, pair in ipairs(pairs_kept) do
    local freed = math.min(-cost, pair[2])
    cost = cost + freed
    used = used - freed
    if pair[2] > freed then left[#left + 1] = {pair[1], pair[2] - freed} end
  end
  pairs_kept = left
end

if #pairs_kept == 0 then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], cjson.encode(pairs_kept), 'PX', reset())
end
return {1, used, 0, reset()}
