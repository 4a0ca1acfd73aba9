#!/bin/bash
# Whether the server in this container answers: for HEALTHCHECK. A second Node.js would take its memory out of the container's limit and
# wait for a processor when there is none to spare; this takes 4 MB and a few milliseconds. It asks /livez, which is answered without the archive,
# whatever else is asked; a server that cannot search at present says so at /readyz and mends itself, so that a restart would only cost time.
for port in "${WENXUN_PORT:-8600}" "${WENXUN_ENCODER_SERVER_PORT:-8666}"; do
  { exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || continue
  printf 'GET /livez HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$port" >&3
  read -r -t 4 _ status _ <&3
  [ "$status" = 200 ] && exit 0
done
exit 1
