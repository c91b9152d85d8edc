package cloudformation
import ("testing";"os";"fmt";"github.com/google/go-cmp/cmp";"github.com/surety-cloud/surety/internal/cloud";"sort")
func TestOracle(t *testing.T){
 for _,n := range []string{"a","b2","c"} {
  get := func(f string) map[string]*cloud.Resource { b,_:=os.ReadFile(f); inv:=Read(f,b,Options{}); for _,p:=range inv.Problems{fmt.Println(p.Error())}; m:=map[string]*cloud.Resource{}; for _,r := range inv.Resources { m[r.ID]=r }; return m }
  ours, theirs := get("/tmp/p1/sam/"+n+".yaml"), get("/tmp/p1/sam/"+n+".out")
  ids := map[string]bool{}; for k := range ours {ids[k]=true}; for k:=range theirs{ids[k]=true}
  var l []string; for k:=range ids{l=append(l,k)}; sort.Strings(l)
  for _,k := range l { a,b:=ours[k],theirs[k]; if a==nil {fmt.Println(n,"MISSING",k,b.Type); continue}; if b==nil {fmt.Println(n,"EXTRA",k,a.Type); continue}
   if d:=cmp.Diff(b.Properties,a.Properties); d!="" || a.Type!=b.Type || a.Conditional != b.Conditional { fmt.Println(n,k,a.Type,b.Type,a.Conditional,b.Conditional,"\n",d) } }
 }
}
