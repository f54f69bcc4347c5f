import Rollbook
import RollbookModel
import RollbookStore

extension EffectiveSettings {
    /// The settings that a running server takes over when it is told to read them again.
    static func isReloadable(_ name: String) -> Bool {
        // What is done at the start is done.
        if name == "jobs.prepare.at_start" { return false }
        return ["policy.", "jobs.", "retention."].contains { name.hasPrefix($0) } || name == "refresh.maximum_age"
    }

    /// Whether a server that starts makes what is missing.
    var preparesAtStart: Bool { self["jobs.prepare.at_start"] == "true" }

    /// How the jobs run.
    ///
    /// - Throws: ``CommandFailure`` for a schedule that is none, naming the setting and the field.
    static func jobs(of entries: [Entry]) throws -> JobsConfiguration {
        let texts = Dictionary(entries.map { ($0.setting.name, $0) }, uniquingKeysWith: { one, _ in one })
        let number = { (name: String) in texts[name]?.text.flatMap { Int($0) } ?? 0 }
        var settings: [Job: JobSettings] = [:]
        for job in Job.allCases {
            settings[job] = JobSettings(
                schedule: try texts["jobs.\(job.rawValue).schedule"].flatMap(schedule),
                tries: number("jobs.\(job.rawValue).tries"),
                timeLimit: .seconds(number("jobs.\(job.rawValue).time_limit")))
        }
        return JobsConfiguration(
            isOn: texts["jobs.on"]?.text == "true",
            zone: texts["jobs.zone"]?.text.flatMap(Zone.init(identifier:)) ?? .utc, settings: settings,
            leaseDuration: .seconds(number("jobs.lease")), grace: .seconds(number("jobs.grace")),
            maximumViewAge: .seconds(number("refresh.maximum_age")),
            retention: Retention(
                runDays: number("retention.runs"), questionDays: number("retention.questions"),
                statisticsDays: number("retention.statistics")),
            firstPause: .seconds(number("jobs.pause")), mostWarmQuestions: number("jobs.warm.questions"))
    }

    private static func schedule(_ entry: Entry) throws -> CronExpression? {
        guard let text = entry.text, text != Setting.off else { return nil }
        do { return try CronExpression(text) } catch let error as RollbookError {
            throw CommandFailure(.usage, "\(place(entry.setting, entry.origin)): \(error.message)")
        }
    }
}
