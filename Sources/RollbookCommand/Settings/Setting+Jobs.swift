import Rollbook
import RollbookModel

extension Setting {
    /// What switches a schedule off.
    static let off = "off"

    /// The settings of the jobs.
    static let jobs =
        [
            Setting(
                "jobs.on", .oneOf(["true", "false"]), standard: "true",
                "whether this server runs jobs at their times; by hand they run in any case"),
            Setting(
                "jobs.zone", .zone, standard: "UTC", "the zone by whose clocks jobs fall due"),
        ] + Job.allCases.flatMap(settings) + [
            Setting(
                "jobs.prepare.at_start", .oneOf(["true", "false"]), standard: "false",
                "whether a server that starts makes what is missing: tables, where the database's user may, and views"),
            Setting(
                "jobs.warm.questions", .wholeNumber(0...10_000, unit: nil), standard: "500",
                "the most of people's own questions that are answered in advance"),
            Setting(
                "jobs.pause", .wholeNumber(0...3600, unit: "seconds"), standard: "30",
                "the pause after a first failed try; it doubles with each further one"),
            Setting(
                "jobs.lease", .wholeNumber(5...1800, unit: "seconds"), standard: "60",
                "how long a job stays taken by a process that says nothing more"),
            Setting(
                "jobs.grace", .wholeNumber(60...86_400, unit: "seconds"), standard: "900",
                "how long after its time a job may begin before it counts as late"),
            Setting(
                "refresh.maximum_age", .wholeNumber(60...31_536_000, unit: "seconds"), standard: "93600",
                "the age from which on a view counts as too old"),
            Setting(
                "question_log", .oneOf(["true", "false"]), standard: "true",
                "whether what people ask is counted in the store, for the job warm and the statistics"),
            Setting(
                "retention.runs", .wholeNumber(1...3660, unit: "days"), standard: "90",
                "how long runs of jobs are remembered"),
            Setting(
                "retention.questions", .wholeNumber(1...3660, unit: "days"), standard: "30",
                "how long it is remembered what was asked"),
            Setting(
                "retention.statistics", .wholeNumber(1...3660, unit: "days"), standard: "400",
                "how long statistics are kept"),
        ]

    private static func settings(of job: Job) -> [Setting] {
        let standard = JobSettings.standard(job)
        return [
            Setting(
                "jobs.\(job.rawValue).schedule", .schedule, standard: standard.schedule?.description ?? off,
                "when the job runs that \(job.meaning)"),
            Setting(
                "jobs.\(job.rawValue).tries", .wholeNumber(1...20, unit: nil), standard: String(standard.tries),
                "how often it is tried before it has failed"),
            Setting(
                "jobs.\(job.rawValue).time_limit", .wholeNumber(1...604_800, unit: "seconds"),
                standard: String(standard.timeLimit.components.seconds), "how long a run may take with all its tries"),
        ]
    }
}
