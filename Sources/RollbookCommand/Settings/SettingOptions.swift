import ArgumentParser
import RollbookModel

/// Which database is used, and which configuration file.
struct DatabaseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The database: the path of a DuckDB file, or postgres://… (ROLLBOOK_DATABASE).", valueName: "database"))
    var database: String?

    @Option(
        help: ArgumentHelp(
            "The configuration file (ROLLBOOK_CONFIG; \(SettingSources.standardFile) where there is one).",
            valueName: "file"))
    var config: String?

    @OptionGroup var policy: PolicyOptions

    /// The settings in force, with these flags before everything else.
    func settings(_ more: [String: String?] = [:]) async throws -> EffectiveSettings {
        var flags = policy.flags.merging(more.compactMapValues { $0 }) { $1 }
        if let database { flags["database"] = database }
        return try EffectiveSettings(await SettingSources(flags: flags, configuration: config))
    }
}

/// The definitions by which a school counts, as flags: one for each setting of the policy.
struct PolicyOptions: ParsableArguments {
    @Option(help: Self.help("pass_mark")) var passMark: String?
    @Option(help: Self.help("excellent_mark")) var excellentMark: String?
    @Option(help: Self.help("overdue_after_days")) var overdueAfterDays: String?
    @Option(help: Self.help("recent_days")) var recentDays: String?
    @Option(help: Self.help("time_zone")) var timeZone: String?
    @Option(help: Self.help("late_counts_as_present")) var lateCountsAsPresent: String?

    /// The flags that were given, by the settings' names.
    var flags: [String: String] {
        [
            "policy.pass_mark": passMark, "policy.excellent_mark": excellentMark,
            "policy.overdue_after_days": overdueAfterDays, "policy.recent_days": recentDays,
            "policy.time_zone": timeZone, "policy.late_counts_as_present": lateCountsAsPresent,
        ].compactMapValues { $0 }
    }

    private static func help(_ name: String) -> ArgumentHelp {
        guard let setting = Setting.all.first(where: { $0.name == "policy.\(name)" }) else { return "" }
        return ArgumentHelp(
            "\(setting.meaning) (\(setting.expectation); default: \(setting.standard ?? "none")).", valueName: "value")
    }
}

/// How an answer is printed.
enum AnswerFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json, csv
}

/// Reads an instant from a flag.
func parseInstant(_ text: String?, flag: String) throws -> Instant? {
    guard let text else { return nil }
    guard let instant = Instant(parsing: text), Instant.storable.contains(instant) else {
        throw CommandFailure(
            .usage, "\(flag) takes an instant such as 2026-03-01T12:00:00Z, in the years 1900 to 2199")
    }
    return instant
}
