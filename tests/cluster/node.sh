#!/usr/bin/env bash
# A SLURM cluster of one node, this machine: node.sh start FOLDER, node.sh stop FOLDER.
#
# As root, with Debian's packages: apt-get install --no-install-recommends slurm-wlm munge.
# Configuration, state and logs are in FOLDER; /etc/slurm/slurm.conf becomes a link to it, because
# Snakemake's plugin passes no SLURM variables on. One GPU is pretended (/dev/null).
set -euo pipefail
verb=${1:?"start or stop"} folder=$(realpath "${2:?"a folder"}")

start() {
    mkdir -p "$folder"/{state,spool,log} /run/munge /etc/slurm
    for name in slurm.conf gres.conf; do
        if [ -e "/etc/slurm/$name" ] && [ ! -L "/etc/slurm/$name" ]; then
            echo "error: /etc/slurm/$name exists: this machine has a cluster of its own." >&2
            exit 1
        fi
    done
    host=$(hostname -s)
    cat > "$folder/slurm.conf" <<EOF
ClusterName=local
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
SlurmctldPort=16817
SlurmdPort=16818
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$folder/log/jobs.txt
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
GresTypes=gpu
MinJobAge=43200
KillWait=5
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(getconf _NPROCESSORS_ONLN) RealMemory=16000 Gres=gpu:1 State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=24:00:00 State=UP
EOF
    echo "NodeName=$host Name=gpu File=/dev/null" > "$folder/gres.conf"
    for name in slurm.conf gres.conf; do ln -sf "$folder/$name" "/etc/slurm/$name"; done
    chown munge:munge /run/munge
    setpriv --reuid=munge --regid=munge --init-groups \
        munged --pid-file=/run/munge/munged.pid --log-file=/run/munge/munged.log --force
    slurmctld
    slurmd
    for _ in $(seq 60); do
        if [ "$(sinfo --noheader --Node --format=%t 2>/dev/null)" = idle ]; then return; fi
        sleep 0.5
    done
    echo "error: the node did not come up; see $folder/log." >&2
    exit 1
}

stop() {
    # By their own ids: other clusters' daemons are not touched.
    for file in "$folder/slurmd.pid" "$folder/slurmctld.pid" /run/munge/munged.pid; do
        if [ -f "$file" ]; then
            kill "$(cat "$file")" 2>/dev/null || true
        fi
    done
    for name in slurm.conf gres.conf; do
        if [ "$(readlink "/etc/slurm/$name")" = "$folder/$name" ]; then rm "/etc/slurm/$name"; fi
    done
}

"$verb"
