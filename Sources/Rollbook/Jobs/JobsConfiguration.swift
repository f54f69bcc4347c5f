public import RollbookModel
public import RollbookStore

/// When a job runs, how often it is tried, and for how long.
public struct JobSettings: Hashable, Sendable {
    /// When it runs by itself; nil: never.
    public var schedule: CronExpression?
    /// How often it is tried before it has failed.
    public var tries: Int
    /// How long a run may take with all its tries before it is stopped.
    public var timeLimit: Duration

    /// Decides.
    public init(schedule: CronExpression?, tries: Int, timeLimit: Duration) {
        self.schedule = schedule
        self.tries = max(1, tries)
        self.timeLimit = timeLimit
    }

    /// What holds for a job where nobody says otherwise.
    public static func standard(_ job: Job) -> JobSettings {
        switch job {
        case .refresh: JobSettings(schedule: .daily(atHour: 2), tries: 3, timeLimit: .seconds(14_400))
        case .statistics: JobSettings(schedule: .daily(atHour: 3), tries: 1, timeLimit: .seconds(3600))
        case .warm: JobSettings(schedule: .daily(atHour: 7), tries: 2, timeLimit: .seconds(1800))
        case .prepare: JobSettings(schedule: nil, tries: 1, timeLimit: .seconds(14_400))
        }
    }
}

/// How a warehouse's jobs run.
public struct JobsConfiguration: Hashable, Sendable {
    /// Whether this process runs jobs at their times; by hand they run in any case.
    public var isOn: Bool
    /// The zone by whose clocks they fall due.
    public var zone: Zone
    /// When, how often and how long each runs; where one is not named, as is standard.
    public var settings: [Job: JobSettings]
    /// How long a job stays taken by a process that says nothing more.
    public var leaseDuration: Duration
    /// How long after its time a job may begin before it counts as late.
    public var grace: Duration
    /// The age from which on a view counts as too old.
    public var maximumViewAge: Duration
    /// How long what is remembered is kept.
    public var retention: Retention
    /// The pause after a first failed try; after each further one it is twice as long, up to a quarter of an hour.
    public var firstPause: Duration
    /// How often it is looked whether something is due, at least.
    public var patrol: Duration
    /// The most of people's questions that are answered in advance.
    public var mostWarmQuestions: Int

    /// Decides.
    public init(
        isOn: Bool = true, zone: Zone = .utc, settings: [Job: JobSettings] = [:],
        leaseDuration: Duration = .seconds(60), grace: Duration = .seconds(900),
        maximumViewAge: Duration = .seconds(93_600), retention: Retention = Retention(),
        firstPause: Duration = .seconds(30), patrol: Duration = .seconds(10), mostWarmQuestions: Int = 500
    ) {
        self.isOn = isOn
        self.zone = zone
        self.settings = settings
        self.leaseDuration = min(leaseDuration, JobLease.longest / 2)
        self.grace = grace
        self.maximumViewAge = maximumViewAge
        self.retention = retention
        self.firstPause = firstPause
        self.patrol = patrol
        self.mostWarmQuestions = mostWarmQuestions
    }

    /// How a job runs.
    public subscript(job: Job) -> JobSettings { settings[job] ?? .standard(job) }

    /// When a job falls due next after an instant; nil where it does not by itself.
    public func nextDue(of job: Job, after instant: Instant) -> Instant? {
        self[job].schedule?.next(after: instant, in: zone)
    }
}

extension CronExpression {
    /// Every day at a whole hour.
    fileprivate static func daily(atHour hour: Int) -> CronExpression? { try? CronExpression("0 \(hour) * * *") }
}
