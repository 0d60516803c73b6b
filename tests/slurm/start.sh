#!/bin/bash
# Starts a real SLURM of one node on this machine: start.sh FOLDER (its state and logs go there; stop.sh FOLDER ends it).
# Debian's packages, no systemd, listening on the loopback interface only. Needs root, since munge and slurmd do.
# The node has one pretended GPU (/dev/null), enough to see whether GPU requests are passed on.
set -euo pipefail
folder=$(realpath -m "${1:?say which folder the state and the logs go to}")
host=$(hostname -s)
mark="# written by tests/slurm/start.sh"

fail() { echo "error: $*" >&2; exit 1; }

[ "$(id -u)" = 0 ] || fail "SLURM's daemons need root; run this in a container or a virtual machine of your own"
command -v apt-get >/dev/null || fail "this needs Debian or Ubuntu, whose packages it uses"
if [ -e /etc/slurm/slurm.conf ] && ! grep -qxF "$mark" /etc/slurm/slurm.conf; then
    fail "this machine has a SLURM of its own (/etc/slurm/slurm.conf); it is left alone"
fi
if pgrep -x slurmctld >/dev/null || pgrep -x slurmd >/dev/null; then
    fail "SLURM runs already; stop it with tests/slurm/stop.sh FOLDER"
fi

install_packages() {
    local guard=/usr/sbin/policy-rc.d guarded=
    # packages must not start their daemons: this script does, with its own settings
    if [ ! -e $guard ]; then
        guarded=yes
        printf '#!/bin/sh\nexit 101\n' >$guard
        chmod +x $guard
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slurmctld slurmd slurm-client munge
    if [ "$guarded" ]; then rm $guard; fi
}

install -d -m 0755 "$folder" "$folder/state" "$folder/spool" "$folder/log" /etc/slurm
for program in slurmctld slurmd sbatch munged; do
    command -v $program >/dev/null && continue
    install_packages >"$folder/log/install.log" 2>&1 || { tail "$folder/log/install.log" >&2; fail "SLURM could not be installed"; }
    break
done

# SLURM wants the host's short name to resolve
getent hosts "$host" | grep -q '^127\.' || printf '127.0.0.1 %s %s\n' "$host" "$mark" >>/etc/hosts

# claimed, not there: the models of the demo need little of what the rules ask for
memory=64000
# The file must be in /etc/slurm: the srun within a job does not see SLURM_CONF.
# MinJobAge: without accounting, finished jobs are known to squeue and scontrol for this many seconds only.
# EnforcePartLimits: a job that asks for more than there is fails, where it would otherwise wait for ever.
cat >/etc/slurm/slurm.conf <<END
$mark
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
EnforcePartLimits=ALL
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,defer
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MinJobAge=7200
GresTypes=gpu
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$memory Gres=gpu:1 State=UNKNOWN
PartitionName=test Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
echo 'Name=gpu File=/dev/null' >/etc/slurm/gres.conf

if ! munge -n 2>/dev/null | unmunge >/dev/null 2>&1; then
    install -d -o munge -g munge -m 0755 /run/munge
    if [ ! -s /etc/munge/munge.key ]; then
        install -d -o munge -g munge -m 0700 /etc/munge
        head -c 128 /dev/urandom | install -o munge -g munge -m 0400 /dev/stdin /etc/munge/munge.key
    fi
    runuser -u munge -- /usr/sbin/munged
    touch "$folder/munged-is-ours"
    munge -n | unmunge >/dev/null || fail "munge does not work"
fi
slurmctld
slurmd
for _ in $(seq 150); do
    if sinfo --noheader --format=%T 2>/dev/null | grep -qE '^(idle|mixed|allocated)'; then
        sinfo --noheader --format='SLURM runs: partition %P, node %n, %c cores, %m MB, %G, %T'
        exit
    fi
    sleep 0.2
done
tail "$folder"/log/*.log >&2
fail "SLURM did not come up within 30 seconds"
