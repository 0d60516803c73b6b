"""An executor of Snakemake that claims to run jobs on other machines, and has none."""

from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor
from snakemake_interface_executor_plugins.jobs import JobExecutorInterface
from snakemake_interface_executor_plugins.settings import CommonSettings

common_settings = CommonSettings(
    non_local_exec=True, implies_no_shared_fs=False, job_deploy_sources=False, pass_default_storage_provider_args=False,
    pass_default_resources_args=False, pass_envvar_declarations_to_cmd=False, auto_deploy_default_storage_provider=False,
)  # fmt: skip


class Executor(RemoteExecutor):
    """Refuses every job, and says what it would have run."""

    def run_job(self, job: JobExecutorInterface) -> None:
        """Refuses."""
        print("would run:", self.format_job_exec(job))
        self.report_job_error(SubmittedJobInfo(job))

    async def check_active_jobs(self, active_jobs):
        """There are none."""
        return
        yield

    def cancel_jobs(self, active_jobs: list[SubmittedJobInfo]) -> None:
        """There are none."""
