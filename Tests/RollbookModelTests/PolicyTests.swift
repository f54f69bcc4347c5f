import RollbookModel
import Testing

@Suite struct PolicyTests {
    @Test(arguments: [
        ("pass_mark", "60", "60"), ("pass_mark", "59.99", "59.99"), ("pass_mark", "0", "0"),
        ("excellent_mark", "100", "100"),
        ("overdue_after_days", "0", "0"), ("recent_days", "3660", "3660"),
        ("time_zone", "Europe/Berlin", "Europe/Berlin"),
        ("time_zone", "UTC", "UTC"), ("late_counts_as_present", "FALSE", "false"),
        ("late_counts_as_present", "true", "true"),
    ])
    func takesWhatASettingMayBe(name: String, text: String, printed: String) throws {
        var policy = Policy()
        try policy.set(name, to: text)
        let value = try #require(policy.values.first { $0.name == name }).value
        var writer = JSONWriter()
        writer.value(value)
        #expect(String(decoding: writer.bytes, as: UTF8.self).replacing("\"", with: "") == printed)
    }

    @Test(arguments: [
        ("pass_mark", "100.01"), ("pass_mark", "59.995"), ("pass_mark", "-1"), ("pass_mark", ""),
        ("pass_mark", "seventy"), ("pass_mark", "1e1"),
        ("pass_mark", "90.01"), ("excellent_mark", "69.99"), ("overdue_after_days", "3661"),
        ("overdue_after_days", "-1"),
        ("overdue_after_days", "7.5"), ("recent_days", "99999999999999999999"), ("time_zone", "Europe/Atlantis"),
        ("time_zone", "CET"), ("time_zone", "+02:00"), ("time_zone", ""), ("late_counts_as_present", "yes"),
        ("late_counts_as_present", "1"), ("pass-mark", "60"), ("", ""),
    ])
    func refusesAnythingElseAndStaysAsItWas(name: String, text: String) {
        var policy = Policy()
        let error = #expect(throws: RollbookError.self) { try policy.set(name, to: text) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.subject == name)
        #expect(policy == Policy())
    }

    @Test func everySettingIsPrinted() {
        #expect(Policy.settings.map(\.name) == Policy().values.map(\.name))
    }
}
