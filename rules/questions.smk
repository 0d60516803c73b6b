"""
What rules ask the plan: values where the answer is the same for all jobs, functions of the wildcards where it is not.
"""

import functools


def give_up(mistake):
    """Ends the run with one line: Snakemake would wrap an exception of an input function in rules, wildcards and a traceback.

    In a module it may: another rule of the workflow around it may make the file.
    """
    if IS_MODULE:
        raise WorkflowError(mistake)
    sys.exit(f"Error: {mistake}")


def asking(question):
    """A function of the wildcards that answers a question; what is the user's to mend is one line."""

    def answer(wildcards):
        try:
            return question(wildcards)
        except UserError as error:
            return give_up(printable(str(error)))

    return answer


def of_movie(attribute):
    """What the plan says of the movie of a job; of its speech in one language where the job has that as its part."""

    def question(wildcards):
        part = wildcards.get("part", "")
        return getattr(PLAN.movie(wildcards.movie, part, on_cluster=workflow.non_local_exec), attribute)

    return asking(question)


def of_language(attribute):
    """The same for what depends on the language alone: a value where all movies agree, which spares Snakemake a call for each."""
    return same_for_all(PLAN.of_languages(attribute), otherwise=of_movie(attribute))


def same_for_all(answers, otherwise):
    """The one answer, where there is one and Snakemake would read no wildcards in it."""
    agreed = len(answers) == 1 and "{" not in "".join(answers[0] if isinstance(answers[0], (list, str)) else "")
    return answers[0] if agreed else otherwise


def one_file(files):
    """A single file without its list, of which Snakemake would keep a copy for each job."""
    return files[0] if isinstance(files, list) and len(files) == 1 else files


def if_wanted(wanted, **files):
    """Inputs that some movie needs, or none: of a name that stands there Snakemake keeps a list for every job, empty as it is."""
    return files if wanted else {}


def options_of(*names):
    """The input files of these names, each behind an option of its name; nothing for those that a job does not have."""

    def options(wildcards, input):
        files = {name: input.get(name, []) for name in names}
        lists = {name: [file] if isinstance(file, str) else file for name, file in files.items()}
        return [word for name, some in lists.items() if some for word in (f"--{name.replace('_', '-')}", *some)]

    return options


def of_track(attribute, wildcard="language"):
    """What the plan says of the track of a job, whose language a wildcard names."""
    return asking(lambda wildcards: getattr(PLAN.track(wildcards.movie, wildcards[wildcard]), attribute))


def of_model(attribute):
    """What the plan says of the model that a job makes."""
    return asking(lambda wildcards: getattr(PLAN.model(wildcards.model), attribute))


def user_file(attribute, of=of_movie):
    """A file of the user's, or several, where they lie: no prefix of a module and no storage of results stands before them."""
    files = of(attribute)

    def where_they_lie(wildcards):
        paths = files(wildcards)
        return where_it_lies(paths) if isinstance(paths, str) else one_file([where_it_lies(path) for path in paths])

    return where_they_lie


def where_it_lies(path):
    if not is_stored(path):
        return local(path)
    if reason := unavailable([path]).get(path):
        give_up(printable(f"{path}: {reason}"))
    stored = storage(path)
    if workflow.is_main_process:
        let_others_go_on(stored.flags["storage_object"], tell_line)
    return stored


def tell_line(line):
    tell([line])


ASKED_FOR = {}  # why movies in a storage cannot be had; "": they can


def unavailable(addresses):
    """Those of movies in a storage that cannot be had, with the reason. Each is asked for once; a job knows that its own is there."""
    if workflow.is_main_process:
        new = [address for address in addresses if address not in ASKED_FOR]
        problems = storage_problems(new, lambda address: storage(address).flags["storage_object"])
        ASKED_FOR.update({address: problems.get(address, "") for address in new})
    return {address: reason for address in addresses if (reason := ASKED_FOR.get(address))}


def every(pattern, here=False):
    """A path for every movie, and for every track, translation and format where the pattern has them.

    here: for those that lie on this machine.
    """

    def paths(wildcards):
        if not reachable(PLAN.all_movies):
            give_up(printable(none_found(config, PLAN.warnings)))
        movies = [movie for movie in reachable(PLAN.movies) if not (here and is_stored(movie.path))]
        return PLAN.expand(PATHVARS.apply(pattern), movies)

    return paths


def languages_to_find(wildcards):
    """The files that say which language a movie is in, for those that do not know."""
    unknown = {name: movie for name, movie in PLAN.all_movies.items() if movie.detected}
    return [f"<results>/{movie.name}/language.json" for movie in reachable(unknown)]


def translated_subtitles(wildcards):
    """What the subtitle files become."""
    return [f"<results>/{file}" for file in PLAN.translated_files(reachable(PLAN.subtitle_files))]


def reachable(movies):
    """The movies that jobs can be told of and can have."""
    names = reachable_names()
    return [movie for name, movie in movies.items() if name in names]


@functools.cache
def reachable_names():
    """Names of all of them; what is wrong with the others is said. To be asked when the executor is known.

    On a cluster, names pass through a shell; a storage may not have a movie, or not answer.
    """
    missing = unavailable([movie.path for movie in PLAN.all_movies.values() if is_stored(movie.path)])
    left_out = [f"left out: {path}: {reason}" for path, reason in missing.items()]
    kept = {name: movie for name, movie in PLAN.all_movies.items() if movie.path not in missing}
    shared = workflow.storage_settings.shared_fs_usage
    for check, needed in (
        (cluster_names.reachable, workflow.non_local_exec),
        (cluster_names.deployed, SharedFSUsage.INPUT_OUTPUT not in shared),
        (cluster_names.with_known_language, STORED),
    ):
        if needed:
            kept, lines = check(kept)
            left_out += lines
    tell(f"warning: {line}" for line in left_out)
    PLAN.warnings.extend(left_out)
    return kept.keys()


def on_card_first(stage, priority):
    """The priority of a stage where it has the card, so that the card goes from movie to movie; elsewhere movies are finished."""
    chosen = workflow.resource_settings.overwrite_resources.get(stage, {}).get("gpu")
    if chosen is None:
        cards = PLAN.gpu(stage)
    else:
        cards = chosen.raw if chosen.is_evaluable() else chosen.value
    return 0 if str(cards) == "0" else priority


def language_pairs(key):
    """`language=file` for each input file of a name."""
    return lambda wildcards, input: [f"{language_of(file)}={file}" for file in input.get(key, [])]
