import Rollbook
import RollbookServer
import RollbookStore
import RollbookTelemetry
import Testing

@Suite struct JobMeterTests {
    @Test func everyOutcomeIsShownBeforeThereIsOne() {
        let registry = MetricRegistry(MetricCatalogue.all)
        let meters = JobMeters(factory: registry)
        let before = String(decoding: registry.text(), as: UTF8.self)
        for job in Job.allCases {
            for outcome in ["succeeded", "failed", "cancelled", "lost"] {
                #expect(before.contains("rollbook_job_runs_total{job=\"\(job.rawValue)\",outcome=\"\(outcome)\"} 0\n"))
            }
        }
        #expect(!before.contains("outcome=\"running\""))
        meters.saw(.foundLost(.refresh, isBegunAgain: false))
        let after = String(decoding: registry.text(), as: UTF8.self)
        #expect(after.contains("rollbook_job_runs_total{job=\"refresh\",outcome=\"lost\"} 1\n"))
    }
}
