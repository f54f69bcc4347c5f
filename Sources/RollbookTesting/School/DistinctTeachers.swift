/// Students and teachers are numbered apart in most sources and together where both are users of one platform.
extension SchoolRecords {
    /// Added to the ids of teachers, so that no student has one of them.
    static let teacherShift: Int64 = 1_000_000_000

    /// The same school with other ids of teachers.
    var withDistinctTeachers: SchoolRecords {
        var school = self
        for index in school.teachers.indices { school.teachers[index].id += Self.teacherShift }
        for index in school.assignments.indices { school.assignments[index].teacher += Self.teacherShift }
        return school
    }
}

extension SchoolQuestion {
    /// The same question to a school with those ids of teachers.
    var withDistinctTeacher: SchoolQuestion {
        var parameters = parameters
        if let teacher = parameters["teacher"].flatMap(Int64.init) {
            parameters["teacher"] = String(teacher + SchoolRecords.teacherShift)
        }
        return SchoolQuestion(name, parameters, policy: policy, asOf: asOf)
    }
}
