//! Lists without a life of their own, as one column of a user: fixed-width pieces in a blob, or JSON text where there
//! are texts among them. Reading a user reads its lists, so they have to be cheap.

use uuid::Uuid;

use super::StoreError;
use super::rows::{from_json, to_json};
use crate::model::Membership;

const BROKEN: StoreError = StoreError::Unreadable("list");

/// Numbers out of four bytes each.
pub(super) fn numbers(bytes: &[u8]) -> Result<Vec<i32>, StoreError> {
    let (numbers, []) = bytes.as_chunks() else { return Err(BROKEN) };
    Ok(numbers.iter().map(|number| i32::from_le_bytes(*number)).collect())
}

/// Numbers as four bytes each.
pub(super) fn of_numbers(numbers: &[i32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// Guids out of sixteen bytes each.
pub(super) fn guids(bytes: &[u8]) -> Result<Vec<Uuid>, StoreError> {
    let (guids, []) = bytes.as_chunks() else { return Err(BROKEN) };
    Ok(guids.iter().map(|guid| Uuid::from_bytes(*guid)).collect())
}

/// Guids as sixteen bytes each.
pub(super) fn of_guids(guids: &[Uuid]) -> Vec<u8> {
    guids.iter().flat_map(|guid| *guid.as_bytes()).collect()
}

/// Resources by access type, out of a number and a guid each.
pub(super) fn resources(bytes: &[u8]) -> Result<Vec<(i32, Uuid)>, StoreError> {
    let (resources, []) = bytes.as_chunks::<20>() else { return Err(BROKEN) };
    let resource = |bytes: &[u8; 20]| {
        let (number, guid) = bytes.split_first_chunk().ok_or(BROKEN)?;
        Ok((i32::from_le_bytes(*number), Uuid::from_slice(guid).map_err(|_| BROKEN)?))
    };
    resources.iter().map(resource).collect()
}

/// Resources as a number and a guid each.
pub(super) fn of_resources(resources: &[(i32, Uuid)]) -> Vec<u8> {
    resources.iter().flat_map(|(number, guid)| number.to_le_bytes().into_iter().chain(*guid.as_bytes())).collect()
}

/// Memberships out of JSON text.
pub(super) fn memberships(text: &str) -> Result<Vec<Membership>, StoreError> {
    let stored: Vec<(&str, Vec<String>)> = from_json(text)?;
    let membership = |(tenant, roles)| Ok(Membership { tenant: Uuid::try_parse(tenant).map_err(|_| BROKEN)?, roles });
    stored.into_iter().map(membership).collect()
}

/// Memberships as JSON text.
pub(super) fn of_memberships(memberships: &[Membership]) -> Result<String, StoreError> {
    let stored: Vec<(String, &[String])> = memberships.iter().map(|m| (m.tenant.to_string(), &*m.roles)).collect();
    to_json(&stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_back_as_they_were_kept() {
        let guids = vec![Uuid::from_u128(7), Uuid::from_u128(8)];
        assert_eq!(super::guids(&of_guids(&guids)).unwrap(), guids);
        assert_eq!(numbers(&of_numbers(&[-1, 7])).unwrap(), [-1, 7]);
        let resources = vec![(4, guids[0]), (-9, guids[1])];
        assert_eq!(super::resources(&of_resources(&resources)).unwrap(), resources);
        let memberships = vec![Membership { tenant: guids[0], roles: vec!["a\"b".into()] }];
        assert_eq!(super::memberships(&of_memberships(&memberships).unwrap()).unwrap(), memberships);
        assert!(numbers(&[1, 2, 3]).is_err() && super::guids(&[0; 17]).is_err() && super::resources(&[0; 19]).is_err());
    }
}
