#!/usr/bin/env bash
# all.sh [COUNT] [SEED] [PROGRAM...]: what is in force, beside every program that is here, one line a program; what a program is missing is said.
#
# COUNT configurations a program (2000), from a seed (2026). PROVOST names Provost (else it is the one that was built); PYTHON a Python with
# `moto[server]`, `boto3`, `awscli` and `pyyaml`; PROVIDERS a folder with Terraform's AWS provider (`registry.terraform.io/hashicorp/aws`).
# Installs nothing. OUT names a folder that keeps what each script printed. Ends with 1 where something differs; a program that is missing
# is named, and is no difference.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
count=${1:-2000}
seed=${2:-2026}
only=" ${*:3} "
python=${PYTHON:-python3}
out=${OUT:-$(mktemp -d)}
mkdir -p "$out"
[ -n "${OUT:-}" ] || trap 'rm -rf "$out"' EXIT
PATH=$PATH:/usr/sbin:/sbin
bad=0

has_python() { "$python" -c "import $1" 2> /dev/null; }

# line NAME NEEDS VERSION COMMAND...: what the script printed, as one line
line() {
  local name=$1 needs=$2 version=$3 start=$SECONDS code=0
  shift 3
  [ "$only" = "  " ] || [[ "$only" == *" $name "* ]] || return
  if [ -n "$needs" ]; then
    printf '%-15s %-18s not compared: %s\n' "$name" - "$needs"
    return
  fi
  "$@" > "$out/$name.txt" 2>&1 || code=$?
  local figures
  figures=$(grep -oE '[0-9]+ of [0-9]+ equal' "$out/$name.txt" | tail -n 1)
  if [ -z "$figures" ]; then
    printf '%-15s %-18s failed (%s): %s\n' "$name" "$version" "$code" "$(tail -n 1 "$out/$name.txt")"
    bad=1
    return
  fi
  local configurations values equal all
  equal=${figures%% of*}
  all=$(sed -E 's/.* of ([0-9]+) equal/\1/' <<< "$figures")
  configurations=$(grep -oE '([0-9]+ configurations[;,]|configurations: [0-9]+ of [0-9]+|in [0-9]+ files)' "$out/$name.txt" | tail -n 1 | grep -oE '[0-9]+' | tail -n 1)
  values=$(grep -oE '[0-9]+ values compared' "$out/$name.txt" | tail -n 1 | grep -oE '^[0-9]+')
  printf '%-15s %-18s %14s %10s %10s %9s %7ss\n' "$name" "$version" "${configurations:-$all}" "${values:-$all}" "$equal" "$((all - equal))" "$((SECONDS - start))"
  [ "$code" = 0 ] || bad=1
}

needs() { command -v "$1" > /dev/null || echo "$1 is not installed"; }
version() { grep -oE '[0-9]+(\.[0-9]+)+[a-z0-9]*' | head -n 1; }

postgres=$(command -v postgres || ls /usr/lib/postgresql/*/bin/postgres 2> /dev/null | tail -n 1)
printf '%-15s %-18s %14s %10s %10s %9s %8s\n' program version configurations values equal differing time
line sshd "$(needs sshd)" "$(sshd -V 2>&1 | version)" python3 "$here/sshd.py" "$count" "$seed"
line testparm "$(needs testparm)" "$(testparm --version 2>&1 | version)" python3 "$here/samba.py" "$count" "$seed"
line nginx "$(needs nginx)" "$(nginx -v 2>&1 | version)" python3 "$here/nginx.py" "$count" "$seed"
line apache "$(needs apache2)" "$(apache2 -v 2>&1 | version)" python3 "$here/apache.py" "$count" "$seed"
line vsftpd "$(needs vsftpd)" "$(vsftpd -v 0>&1 2>&1 | version)" python3 "$here/vsftpd.py"
line logrotate "$(needs logrotate)" "$(logrotate --version 2>&1 | version)" python3 "$here/logrotate.py" "$count" "$seed"
line postconf "$(needs postconf)" "$(postconf -d -h mail_version 2> /dev/null | version)" python3 "$here/postfix.py" "$count" "$seed"
line postgres "$([ -n "$postgres" ] || echo 'postgres is not installed')" "$([ -n "$postgres" ] && "$postgres" --version | version)" python3 "$here/databases.py" "$count" "$seed" postgresql
line mariadbd "$(needs mariadbd)" "$(mariadbd --version 2>&1 | version)" python3 "$here/databases.py" "$count" "$seed" mysql
line redis "$(needs redis-server)" "$(redis-server --version 2>&1 | version)" python3 "$here/databases.py" "$count" "$seed" redis
yaml=$(has_python yaml || echo "$python has no pyyaml")
line docker-compose "$(needs docker-compose)$yaml" "$(docker-compose --version 2>&1 | version)" "$python" "$here/docker_compose.py" "$count" "$seed"
moto=$(has_python moto.server && has_python boto3 || echo "$python has no moto[server] and boto3")
awscli=$(has_python awscli || echo "$python has no awscli")
line aws "$moto$awscli" "$("$python" -c 'import awscli; print(awscli.__version__)' 2> /dev/null)" "$python" "$here/aws.py" "$count" "$seed"
# each of these is planned; a third is made as well, and compared in two more documents
line terraform "$(needs terraform)$moto" "$(terraform version 2> /dev/null | version)" "$python" "$here/terraform.py" "$count" "$seed"
exit "$bad"
