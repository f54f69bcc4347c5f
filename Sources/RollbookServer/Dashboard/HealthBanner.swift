import Rollbook

/// What every page says while something is not as it should be.
struct HealthBanner: Sendable {
    /// The one of the page that the task makes.
    @TaskLocal static var current: HealthBanner?

    let report: HealthReport

    /// One line for each part that is not well, with its reason; nothing where all are.
    var html: HTML {
        guard !report.complaints.isEmpty else { return .empty }
        return Tag.div(.class("notice health"), .role("status")) {
            Tag.p { Self.lead(report.state) }
            Tag.ul {
                for part in report.complaints {
                    Tag.li {
                        part.name.replacing("_", with: " ")
                        ": "
                        part.reason ?? part.state.rawValue
                    }
                }
            }
        }
    }

    private static func lead(_ state: HealthPart.State) -> String {
        state == .failed
            ? "Rollbook cannot answer from its database now. What is shown may be from memory."
            : "Not everything is as it should be. Answers are right, but may be slower or older than usual."
    }
}
