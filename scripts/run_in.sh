# Sourced by every shell command of the workflow: run_in.sh FOLDER_OF_ENVIRONMENTS PYTHON_OF_THE_WORKFLOW [fork_server]
set -euo pipefail
export PYTHONNOUSERSITE=1 PYTHONUNBUFFERED=1 PYTORCH_ENABLE_MPS_FALLBACK=1 HF_HUB_DISABLE_TELEMETRY=1
# Every program watches Snakemake's process, so that none outlives it and writes on.
export MOVIESUBS_PARENT=$PPID
# Progress goes to the log and, through this descriptor, to the terminal.
export MOVIESUBS_TERMINAL=3
# A program records what it used beside its log, the second one of a job adds to that.
export MOVIESUBS_STEP=0
environments=$1 workflow_python=$2 scripts=${BASH_SOURCE[0]%/*}
# Slow libraries are imported once a run (scripts/moviesubs/stage/fork_server.py).
export MOVIESUBS_FORK_SERVER=${3:-}

# run_in ENVIRONMENT PROGRAM OPTION ...: with an empty folder, conda has activated the environment already.
run_in() {
    local environment=$1 program=$scripts/$2.py python="${environments:+$environments/$1/bin/}python"
    shift 2
    MOVIESUBS_STEP=$((MOVIESUBS_STEP + 1))
    export MOVIESUBS_ENVIRONMENT=$environment
    # One that could not be built and that the workflow can do without: the program fails in a way that its rule expects.
    if grep -qs "^failed: " "$environments/$environment.ready"; then python=$environments/common/bin/python; fi
    # The token of gated models is for the download; nothing else asks the hub.
    case $program in
        */download_model.py) ;;
        *)
            unset HF_TOKEN HUGGING_FACE_HUB_TOKEN
            export HF_HUB_OFFLINE=1 HF_HUB_DISABLE_IMPLICIT_TOKEN=1
            ;;
    esac
    case $environment in
        workflow) "$workflow_python" "$program" "$@" ;;
        *) "$python" "$program" "$@" ;;
    esac
}
