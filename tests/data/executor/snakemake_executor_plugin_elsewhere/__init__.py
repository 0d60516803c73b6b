"""An executor for tests whose jobs share nothing with the run: each has a folder of its own, as on another machine.

The sources come from the archive in the storage, input and output through the storage; the interpreter is the same.
"""

import os
import subprocess
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path

from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor
from snakemake_interface_executor_plugins.jobs import JobExecutorInterface
from snakemake_interface_executor_plugins.settings import CommonSettings

common_settings = CommonSettings(
    non_local_exec=True,
    implies_no_shared_fs=True,
    job_deploy_sources=True,
    auto_deploy_default_storage_provider=False,
)


class Executor(RemoteExecutor):
    def __post_init__(self) -> None:
        self.next_seconds_between_status_checks = 0.2

    def run_job(self, job: JobExecutorInterface) -> None:
        folder = tempfile.mkdtemp(prefix="elsewhere.", dir=os.environ.get("ELSEWHERE"))
        output = Path(f"{folder}.log").open("w")  # noqa: SIM115
        process = subprocess.Popen(self.format_job_exec(job), shell=True, cwd=folder, stdout=output, stderr=output)
        info = SubmittedJobInfo(job, external_jobid=str(process.pid), aux={"process": process})
        self.report_job_submission(info)

    async def check_active_jobs(self, active_jobs: list[SubmittedJobInfo]) -> AsyncGenerator[SubmittedJobInfo, None]:
        for info in active_jobs:
            ended = info.aux["process"].poll()
            if ended is None:
                yield info
            elif ended == 0:
                self.report_job_success(info)
            else:
                self.report_job_error(info)

    def cancel_jobs(self, active_jobs: list[SubmittedJobInfo]) -> None:
        for info in active_jobs:
            info.aux["process"].terminate()
