#!/bin/bash
# Stops what start.sh started: stop.sh FOLDER. Jobs that still run are cancelled first.
set -uo pipefail
folder=$(realpath -m "${1:?say which folder start.sh was given}")
mark="# written by tests/slurm/start.sh"

end() { # PID-FILE: asks the process to end and waits until it has
    local process
    process=$(cat "$1" 2>/dev/null) || return 0
    kill "$process" 2>/dev/null
    for _ in $(seq 100); do
        kill -0 "$process" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -9 "$process" 2>/dev/null
}

if [ -s "$folder/slurmctld.pid" ]; then
    scancel --state=PENDING,RUNNING --user="$(id -un)" 2>/dev/null
    for _ in $(seq 50); do
        [ -z "$(squeue --noheader 2>/dev/null)" ] && break
        sleep 0.2
    done
fi
end "$folder/slurmd.pid"
end "$folder/slurmctld.pid"
if [ -e "$folder/munged-is-ours" ]; then
    end /run/munge/munged.pid
    rm -f "$folder/munged-is-ours"
fi
if grep -qxF "$mark" /etc/slurm/slurm.conf 2>/dev/null; then rm -f /etc/slurm/slurm.conf /etc/slurm/gres.conf; fi
if grep -qF "$mark" /etc/hosts; then # not sed -i: in a container the file can be written but not replaced
    others=$(grep -vF "$mark" /etc/hosts)
    printf '%s\n' "$others" >/etc/hosts
fi
exit 0
