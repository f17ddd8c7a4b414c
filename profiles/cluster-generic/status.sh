#!/usr/bin/env bash
# Say how a job stands, as Snakemake asks: running, success or failed. status.sh ID
case $(scontrol --oneliner show job "$1" 2>/dev/null | grep -o 'JobState=[A-Z_]*') in
    JobState=COMPLETED) echo success ;;
    JobState=PENDING | JobState=RUNNING | JobState=CONFIGURING | JobState=COMPLETING) echo running ;;
    JobState=SUSPENDED | JobState=REQUEUED) echo running ;;
    *) echo failed ;;
esac
